# What numbers and dates do inside programs: coercion, messages, collections of them.
require "json"; require "yaml"; require "date"; require "bigdecimal/util"
def attempt
  yield
rescue StandardError => error
  "#{error.class}: #{error.message}"
end
p 1.0.to_d, "12abc".to_i, "0x1A".hex, "1_000".to_i, "3.7abc".to_f, "1e5".to_f, ".5".to_f, "abc".to_f
p 10.5.floor, 3.14.to_s, 3.to_s.rjust(3, "0"), 1234567.89.to_s, 100.0.to_i, 7.0 / 2, 7 / 2, -7 / 2, 7 % 3, -7 % 3, 2**10, 2**0.5, 10.divmod(3), (-10).divmod(3), 10.0.divmod(3)
p "%.2f" % 3.14159, "%05d" % 42, "%x" % 255, "%e" % 12345.678, "%+d" % 5, "%s %s" % [1, 2], "%-5s|" % "a", "%08.3f" % 3.14159, "%,d".class, format("%.10g", 1.0/3), "%d" % 3.99, "%f" % 1, "%b" % 10, "%o" % 8, "%c" % 65, "%%", "%5.1f" % BigDecimal("2.25"), "%d" % 2**70
p [1, 2.5, 3r].sum, [0.1] * 3, [0.1, 0.2, 0.3].sum, [1, 2, 3].sum / 2.0, [3, 1, 2].max, [1.5, 2].min, (1..10).sum, (1..10).step(3).to_a, 1.step(2, 0.5).to_a, (0.0..1.0).step(0.25).to_a, 10.clamp(1, 5), 10.clamp(..5), [1, 2].sum { |x| x * 1.5 }, [BigDecimal("1.1"), 2].sum
p 1 <=> 2, 1 == 1.0, 1.eql?(1.0), 1.equal?(1), 3.between?(1, 5), 0.1 + 0.2 == 0.3, (0.1 + 0.2).round(2) == 0.3, 1.0.eql?(1.0), { 1 => :a }[1.0], [1, 1.0].uniq, 1.hash == 1.0.hash
case 5
when Integer then p :int
end
case 5.0
when 1..10 then p :range
end
case 2**70
when Integer then p :big
end
p Integer === 2**70, Numeric === 1, Comparable === 1, Float === 1, 1.is_a?(Comparable), (2**70).is_a?(Integer), (2**70).frozen?, 1.frozen?, Integer.ancestors.include?(Comparable), 1.class.name
p Time.now.year >= 2024, (Time.now - Time.now).class, Time.now.to_date == Date.today, Date.today.to_s == Time.now.strftime("%Y-%m-%d"), Time.at(0).utc.to_s, Time.gm(2020, 1, 31).to_date.next_month.to_s
p (Date.new(2021, 1, 1)..Date.new(2021, 1, 5)).map(&:day), (Date.new(2021, 1, 1)...Date.new(2021, 1, 5)).count, (Date.new(2021, 1, 1)..Date.new(2021, 3, 1)).step(30).map(&:to_s), Date.new(2021, 1, 31).upto(Date.new(2021, 2, 2)).to_a.size, [Date.new(2021, 2, 1), Date.new(2021, 1, 1)].min.to_s, [Time.utc(2021), Time.utc(2020)].sort.first.year, { Date.new(2021) => 1 }[Date.new(2021)], { Time.utc(2021) => 1 }[Time.utc(2021)]
case Date.new(2021, 5, 5)
when Date.new(2021, 1, 1)..Date.new(2021, 12, 31) then p :in_year
end
case Time.utc(2021)
when Time then p :time
end
case { at: Date.new(2021, 2, 3) }
in { at: { year:, month: } } then p [year, month] end
p attempt { Date.new(2021, 1, 1) + "x" }, attempt { Date.new("x") }, attempt { Time.utc("x") }, attempt { Date.today - "x" }, attempt { Time.now + nil }, attempt { Time.now + Time.now }, attempt { Date.new(2021) < 5 }, attempt { Date.new(2021) < "x" }, attempt { Integer("5", 99) }, attempt { 5.digits(1) }, attempt { -5.digits }, attempt { 3.upto("x") {} }, attempt { 1.step(5, 0) {} }, attempt { 5.chr(1, 2) }, attempt { 300.chr }, attempt { 2 ** "x" }, attempt { Rational(1, 0) }, attempt { BigDecimal("1") / nil }
class Money
  attr_reader :n
  def initialize(n) = @n = n
  def coerce(other) = [Money.new(other), self]
  def +(other) = Money.new(n + (other.is_a?(Money) ? other.n : other))
  def *(other) = Money.new(n * (other.is_a?(Money) ? other.n : other))
  def <=>(other) = n <=> other.n
  include Comparable
end
p (5 + Money.new(3)).n, (2.5 * Money.new(2)).n, attempt { 5 - Money.new(1) }
x = 5; x += 1; x -= 2; x *= 10; x /= 3; x **= 2; x %= 50; x <<= 2; x |= 1; x &= 0xff; x ^= 3; p x
i = 0; i += 1 while i < 1000; p i, 1_000_000, 0b101, 0o17, 0xff, 1e3, 1.5e-3, 5.0e20, 3r, 1.5r
