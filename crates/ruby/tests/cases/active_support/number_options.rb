# Every keyword of the number helpers.
H = ActiveSupport::NumberHelper

def t
  p(yield)
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

t { H.number_to_phone(75561234567, pattern: /(\d{1,4})(\d{4})(\d{4})$/) }
t { H.number_to_phone(13312345678, pattern: /(\d{3})(\d{4})(\d{4})$/, area_code: true) }
t { H.number_to_phone(1234567, pattern: /(\d{0,3})(\d{3})(\d{4})$/) }
t { H.number_to_phone("abc", pattern: /(\d)(\d)(\d)/) }
t { H.number_to_phone(1235551234, delimiter: ".", country_code: 1, extension: 1343) }
t { H.number_to_phone(5551234, delimiter: "--") }
t { H.number_to_phone(5551234, delimiter: " ") }
t { H.number_to_phone(5551234, delimiter: "") }
t { H.number_to_phone(1235551234, area_code: true, extension: "", country_code: "") }
t { H.number_to_currency(1234.5, locale: :en, unit: "kr", format: "%n %u", delimiter: ".", separator: ",") }
t { H.number_to_currency(-1234.5, negative_format: "(%u%n)") }
t { H.number_to_currency(-1234.5, format: "%n%u") }
t { H.number_to_currency(1234.5678, precision: 3, round_mode: :down) }
t { H.number_to_currency(1234.5, strip_insignificant_zeros: true) }
t { H.number_to_currency(1234.567, significant: true, precision: 5) }
t { H.number_to_percentage(98.765, precision: 1, format: "%n %") }
t { H.number_to_percentage(1000, delimiter: ".", separator: ",") }
t { H.number_to_rounded(1234.5678, delimiter: " ", significant: true, precision: 6, strip_insignificant_zeros: true) }
t { H.number_to_rounded(12.345, round_mode: :banker, precision: 2) }
t { H.number_to_human(1234567, precision: 2, separator: ",", format: "%u: %n") }
t { H.number_to_human(123456, units: { unit: "m", thousand: "km" }) }
t { H.number_to_human(123456, units: { thousand: "k" }, strip_insignificant_zeros: false, significant: false) }
t { H.number_to_human_size(1234567, precision: 2, separator: ",") }
t { H.number_to_human_size(524288000, strip_insignificant_zeros: false, precision: 5) }
t { H.number_to_human_size(1000, bogus: 1) }
t { 1234567.to_fs(:phone, area_code: true) }
t { 1234567.to_fs(:delimited, delimiter: "_") }
