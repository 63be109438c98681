# Every numeric operator over every pair of kinds, and what each class answers alone.
require "bigdecimal"
require "bigdecimal/util"
def try
  yield
rescue StandardError => error
  "#{error.class}: #{error.message}"
end
numbers = [0, 7, -7, 3, 2**70, -(2**65), 0.0, 2.5, -0.75, 1e20, Rational(3, 4), Rational(-7, 2), BigDecimal("1.25"), BigDecimal("-3")]
numbers.each do |a|
  numbers.each do |b|
    %i[+ - * / % div divmod fdiv remainder <=> == < quo].each do |op|
      next if %i[quo fdiv].include?(op) && [a, b].any?(BigDecimal)
      puts "#{a.inspect} #{op} #{b.inspect} = #{try { a.send(op, b) }.inspect}"
    end
  end
end
[[2, 10], [2, -2], [-2, 3], [2, 0.5], [2.0, 3], [Rational(1, 2), 2], [Rational(2, 3), -2], [2, Rational(1, 2)], [10, 30], [0, 0], [0, 5], [1, 10**20], [-1, 10**20 + 1], [4, -1]].each { |a, b| p a**b }
p try { 0**-1 }
p 1.fdiv(3), 10.pow(20, 7), 10.pow(3), 255.to_s(2), 255.to_s(16), -255.to_s(36), "ff".to_i(16)
p 10.digits, 1234.digits(100), 10.gcd(4), 10.lcm(4), 10.gcdlcm(4), 255.bit_length, -256.bit_length, (2**64).bit_length
p 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 70, -1 >> 3, 2**70 >> 68, 5[0], 5[1], 0b11110000[4, 4], 6.allbits?(2), 6.anybits?(1), 6.nobits?(1)
p 15.round(-1), 25.round(-1, half: :even), 25.round(-1, half: :down), 25.round(-1, half: :up), 14.floor(-1), 14.ceil(-1), -14.truncate(-1), 15.round(1)
p 3.zero?, 0.zero?, 3.positive?, -3.negative?, 3.even?, 3.odd?, 3.pred, 3.succ, 65.chr, 300.chr("UTF-8"), 3.ord, 3.size
p Integer.sqrt(24), 7.ceildiv(2), -7.abs, 5.clamp(1, 3), 5.between?(1, 10), 3.integer?, 3.0.integer?, 3.finite?, 3.infinite?
p 1.0.to_s, 100.0, 1e15, 1e16, 1e17, 123456789012345680.0, 1e-4, 1e-5, 0.1 + 0.2, 1e100, -0.0, 1.0 / 3, 2.5e-10, 1e23, 5e-324, 1.7976931348623157e308
p 0.0 / 0, 1 / 0.0, -1 / 0.0, (0.0 / 0).nan?, (1 / 0.0).infinite?, 1.0.finite?
[0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 1234.5678, 0.1 + 0.7, 1e20, 0.00012345, 9.995].each do |f|
  p [f, f.round, f.round(1), f.round(2), f.round(-1), f.round(half: :even), f.round(half: :down), f.round(2, half: :even), f.round(2, half: :down), f.floor, f.floor(2), f.ceil, f.ceil(2), f.truncate, f.truncate(1), f.floor(-1), f.ceil(-1)]
end
p 3.7 % 1, -3.7 % 1, 3.7.divmod(1), -7.5.divmod(2), 3.7.to_i, 3.99.to_r, 0.5.to_r, 0.3.rationalize, 3.14.rationalize(Rational(1, 100)), 0.1.numerator, 1.5.denominator
p 1.0.next_float, 1.0.prev_float, Float::EPSILON, Float::MAX, Float::MIN, Float::DIG, Float::INFINITY, Float::NAN.to_s
p try { 1 + nil }, try { 1 + "a" }, try { 1.0 + nil }, try { 1 < nil }, try { 1 < "a" }, try { 1.5 > :a }, try { 1 / 0 }, try { 1 % 0 }, try { 1.0.to_i / 0 }, try { (0.0 / 0).to_i }, try { Float::INFINITY.round }
p try { [1] * "x" * 2 }, try { 1 & 1.5 }, try { 3.round("a") }, try { 3.round(half: :foo) }, 1 == nil, 1 == "1", 1.eql?(1.0), 1 == 1.0, 1.equal?(1), 1.hash == 1.hash, 1 <=> "a"
p Rational(3, 6), Rational("1/3"), Rational("0.75"), Rational(0.5), Rational(1.5, 3), 3.to_r, 0.75.to_r, Rational(7, 2).round, Rational(5, 2).round(half: :even), Rational(7, 3).round(2), Rational(-7, 2).floor, Rational(-7, 2).ceil, Rational(-7, 2).truncate, Rational(7, 3).to_f, Rational(7, 3).to_i, Rational(1, 3).to_s, Rational(3).inspect, 3.quo(2), 6.quo(3), Rational(1, 3).zero?, Rational(-1, 3).abs, Rational(1, 3) <=> 0.3, 1r, 1.5r, 2/3r
p "1/3".to_r, "0.5x".to_r, "abc".to_r, nil.to_r, nil.to_i, nil.to_f, Rational(22, 7).rationalize(Rational(1, 10))
p Integer("42"), Integer("0x1f"), Integer("0b11"), Integer("0o17"), Integer("017"), Integer("1_000"), Integer(" 42 "), Integer("z", 36), Integer(3.99), Integer("-5"), try { Integer("abc") }, try { Integer(nil) }, try { Integer("") }, try { Integer("1__0") }, Integer("x", exception: false), try { Integer([1]) }, try { Integer("09") }, try { Integer("1.5") }
p Float("1.5"), Float("1e3"), Float(" 2 "), Float(3), Float("1_000.5"), try { Float("abc") }, try { Float("") }, try { Float(nil) }, Float("x", exception: false), Float("0x1A"), try { Float("1.") }, try { Float(:a) }
p BigDecimal("1.5"), BigDecimal("0"), BigDecimal("-0"), BigDecimal("1e10"), BigDecimal("123.456e-5"), BigDecimal(3), BigDecimal("NaN"), BigDecimal("Infinity"), BigDecimal("-Infinity"), BigDecimal(" 1.5 "), BigDecimal("1_000.5"), BigDecimal(1.1, 5), BigDecimal(0.1 + 0.2, 0), BigDecimal(Rational(1, 3), 10), try { BigDecimal("abc") }, try { BigDecimal(nil) }, try { BigDecimal(1.1) }, try { BigDecimal("1.5x") }, try { BigDecimal("") }
[BigDecimal("1234567.891"), BigDecimal("-0.00012"), BigDecimal("100"), BigDecimal("1e20")].each do |d|
  p [d, d.to_s("F"), d.to_s("3F"), d.to_s("+F"), d.to_s("5E"), d.to_i, d.to_f, d.to_r, d.round, d.round(2), d.round(-2), d.round(1, :half_even), d.round(1, BigDecimal::ROUND_UP), d.truncate, d.truncate(2), d.floor, d.floor(1), d.ceil, d.ceil(1), d.fix, d.frac, d.precision, d.scale, d.sign, d.exponent, d.n_significant_digits, d.split, d.abs, -d, d.to_digits] rescue p $!.class
end
%w[1/3 2/3 1/7 22/7 100/7 1.23456789012345678901/3 10/3.0000000001 1/3e30 123456789/7 1234567890/7 0.001/7 1/16 1/1024 1/123456789 1e20/3 5/9 12345678901234567890123456789012345678901234567890/7 99.95/12 1000000/3.3].each { |s| a, b = s.split("/"); p BigDecimal(a) / BigDecimal(b) }
p BigDecimal(10) / Rational(3), BigDecimal("1.5") + Rational(1, 3), BigDecimal("1") + 1.1, BigDecimal("1") / 0.3, 1 - BigDecimal("0.1"), 0.5 * BigDecimal("3"), BigDecimal("2")**3, BigDecimal("2")**-3, BigDecimal("3")**-1, BigDecimal("1.1")**2
p BigDecimal("1").div(3), BigDecimal("1").div(3, 5), BigDecimal("-7.5") % 2, BigDecimal("7").remainder(-3), BigDecimal("1.5") == 1.5, BigDecimal("1.50").eql?(BigDecimal("1.5")), BigDecimal("1.5").hash == BigDecimal("1.50").hash, { BigDecimal("1.0") => 1 }[BigDecimal("1")], BigDecimal("3") > 2, BigDecimal("1.2").add(BigDecimal("3.456"), 3), BigDecimal("1.2").mult(3.4, 2), BigDecimal("1.2").sub(1, 1)
p try { BigDecimal("1") / 0 }, try { BigDecimal("NaN").to_i }, try { BigDecimal("Infinity").round }, BigDecimal("NaN") == BigDecimal("NaN"), BigDecimal("Infinity") > 1, try { BigDecimal("1") + nil }, try { BigDecimal("1") < "a" }
p "1.5".to_d, "abc".to_d, "1.5abc".to_d, 3.to_d, 1.1.to_d, nil.to_d, Rational(1, 3).to_d(5), "1,000".to_d, ".5".to_d
p Math.sqrt(16), Math.cbrt(27), Math.hypot(3, 4), Math.log(8, 2), Math.log10(1000), Math.log2(8), Math::PI, try { Math.sqrt(-1) }, try { Math.log(-1) }, try { Math.sqrt("a") }, try { Math.sqrt(nil) }
p 1.step(10, 3).to_a, 10.step(1, -3).to_a, 1.0.step(2.0, 0.5).to_a, 1.step(by: 2, to: 7).to_a, 3.times.to_a, 1.upto(4).to_a, 4.downto(1).to_a, 5.upto(1).to_a, 0.1.step(1.0, 0.1).to_a
p 2**100, (2**100).to_s.size, 12345678901234567890 * 98765432109876543210, (10**30) / 7, -(10**30) / 7, (10**30) % 7, (2**64 - 1).to_s(16), 10**18 * 10, 9223372036854775807 + 1, -9223372036854775808 - 1, -9223372036854775808 / -1, (2**65).to_f, (2**65) == 2.0**65, (2**65).hash == (2**65).hash, { 2**65 => 1 }[2**65], (2**70).class, 2**70 > 1e10, (2**70).coerce(1), 1.coerce(2.5), 1.5.coerce(2)
