# Formats of numbers, JSON and the rest that Active Support adds to numbers.
p 1234567.891.to_fs(:delimited), 1234567.to_fs(:delimited, delimiter: " "), -1234.5.to_fs(:delimited), 1234.5678.to_fs(:rounded), 1234.5678.to_fs(:rounded, precision: 1), 1234.5678.to_fs(:rounded, precision: 3, significant: true), 0.05.to_fs(:rounded, precision: 2, significant: true), 13.to_fs(:rounded, precision: 5, significant: true), 389.32314.to_fs(:rounded, precision: 0), 12.50.to_fs(:rounded, precision: 4, strip_insignificant_zeros: true)
p 1234.5.to_fs(:currency), -1234.5.to_fs(:currency), 1234.567.to_fs(:currency, precision: 3), 1234.5.to_fs(:currency, unit: "€", separator: ",", delimiter: ".", format: "%n %u"), 0.001.to_fs(:currency), -0.001.to_fs(:currency), 100.to_fs(:percentage), 12.345.to_fs(:percentage, precision: 1), 1000.to_fs(:percentage, delimiter: ",", precision: 0)
p 0.to_fs(:human_size), 1.to_fs(:human_size), 123.to_fs(:human_size), 1234.to_fs(:human_size), 12345.to_fs(:human_size), 1234567.to_fs(:human_size), 1234567890.to_fs(:human_size), 1234567.to_fs(:human_size, precision: 2), 524288000.to_fs(:human_size, precision: 5), (10**15).to_fs(:human_size)
p 123.to_fs(:human), 1234.to_fs(:human), 12345.to_fs(:human), 1234567.to_fs(:human), 1234567890.to_fs(:human), 1234567890123456.to_fs(:human), 489939.to_fs(:human, precision: 4), 999_999.to_fs(:human), 0.to_fs(:human), 500.to_fs(:human, units: { unit: "ml", thousand: "lt" }), 5000.to_fs(:human, units: { unit: "ml", thousand: "lt" })
p 5551234.to_fs(:phone), 1235551234.to_fs(:phone), 1235551234.to_fs(:phone, area_code: true), 1235551234.to_fs(:phone, delimiter: " "), 1235551234.to_fs(:phone, country_code: 1, extension: 555), 12.to_fs(:phone)
p 12.to_fs, 12.5.to_fs, 12.to_fs(:foo), 255.to_fs(16), BigDecimal("12.5").to_fs(:currency), ActiveSupport::NumberHelper.number_to_delimited("12345"), ActiveSupport::NumberHelper.number_to_currency(nil), ActiveSupport::NumberHelper.number_to_rounded("abc")
p BigDecimal("1.50").to_s, BigDecimal("1.50").to_s("E"), BigDecimal("12345.678").to_s("3F"), BigDecimal("1.5").inspect, "#{BigDecimal("0.1")}", BigDecimal("1e30").to_s, BigDecimal("NaN").to_s
p [1, 2.5, nil, true, "a<b>&\u2028", :s, { a: 1, 2 => [3] }].to_json, "</script>".to_json, nil.to_json, 1.0.to_json, (0.0 / 0).to_json, BigDecimal("1.50").to_json, (1..3).to_json, Date.new(2021, 1, 2).as_json, { a: 1, b: 2 }.to_json(only: :a), { "a" => 1, "b" => 2 }.as_json(except: ["a"]), Struct.new(:x).new(1).to_json, ActiveSupport::JSON.encode({ a: [1] }), ActiveSupport::JSON.decode('{"a":[1,null]}'), Set[1, 2].to_json, 1.day.to_json, StandardError.new("x").to_json, 2**70, (2**70).to_json, JSON.generate({ a: "<" }), { a: { b: nil } }.as_json
class Point
  def initialize = (@x, @y = 1, [2])
end
class Custom
  def as_json(options = nil) = { custom: true }
end
p Point.new.to_json, [Custom.new].to_json, Custom.new.to_json, Point.new.as_json
p 5.minutes.to_i, 3.kilobytes, 7.in_milliseconds, 1.hour.in_milliseconds, 10.ordinalize, 13.ordinal, 6.multiple_of?(3), 0.multiple_of?(0), 5.5.ceil.to_fs(:rounded), SecureRandom.base58(5).size, SecureRandom.base36.size, "1,234.5".to_d, 12.5.to_d, nil.to_d
