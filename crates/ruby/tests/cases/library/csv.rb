# CSV: every option, rows, tables, writing, what is malformed.
require "csv"

def t(label)
  puts "#{label} #{yield.inspect}"
rescue StandardError => e
  puts "#{label} #{e.class}: #{e.message}"
end

t(1) { CSV.foreach("files/sj.csv", encoding: "CP932:UTF-8").to_a }
t(2) { CSV.read("files/bom.csv", headers: true, encoding: "bom|utf-8").map(&:to_h) }
t(3) { CSV.read("files/bom.csv", headers: true).first.headers.first.length }
t(4) { CSV.read("files/l1.csv", encoding: "ISO-8859-1:UTF-8") }
t(5) { CSV.read("files/l1.csv") }
t(6) { CSV.table("files/bom.csv", encoding: "bom|utf-8").map(&:to_h) }
t(7) { CSV.open("files/l1.csv", "r:windows-1252:utf-8") { |csv| [csv.shift, csv.lineno, csv.read, csv.eof?] } }
t(8) { CSV.read("files/none.csv") }
t(9) { CSV.foreach("files/l1.csv", "r", headers: true, encoding: "Windows-1252:UTF-8").map { |row| row["b"] } }
t(10) { CSV.foreach("files/l1.csv", foo: 1) {} }
t(11) { CSV.parse(" a , b \n\"c\" , d", strip: true) }
t(12) { CSV.parse("xax,xbx", strip: "x") }
t(13) { CSV.parse("#c\na,b\n# d\n1,2", skip_lines: /^#/) }
t(14) { CSV.parse("#c\na,b\n1,2", skip_lines: "#") }
t(15) { CSV.parse("a,b\n\n\n1,2\n", skip_blanks: true) }
t(16) { CSV.parse("a,b\n\n1,2\n") }
t(17) { CSV.parse("a,,\"\"", nil_value: "N", empty_value: "E") }
t(18) { CSV.parse("A b,C!\n1,2", headers: true, header_converters: :symbol).map(&:to_h) }
t(19) { CSV.parse("A b,C!\n1,2", headers: true, header_converters: :downcase).map(&:to_h) }
t(20) { CSV.parse("A b,C\n1,2", headers: true, header_converters: ->(h) { h.upcase.tr(" ", "_") }).map(&:to_h) }
t(21) { CSV.parse(" A b,C \n1,2", headers: true, header_converters: [:symbol_raw]).map(&:to_h) }
t(22) { CSV.parse("a \"b\" c,d", liberal_parsing: true) }
t(23) { CSV.parse("\"a\"b,c", liberal_parsing: true) }
t(24) { CSV.parse("1,2.5,x,,2020-01-02", converters: :numeric) }
t(25) { CSV.parse("1,2.5,x,0x1f,1_000", converters: :integer) }
t(26) { CSV.parse("1,a", converters: ->(f) { f && f * 2 }) }
t(27) { CSV.parse("1,,a", converters: [:integer, ->(f, info) { "#{f}#{info.index}#{info.line}#{info.header}" }]) }
t(28) { CSV.parse("h\n1\n2", headers: true, converters: [->(f, info) { "#{info.header}#{f}" }]).map(&:to_h) }
t(29) { CSV.parse("2020-01-02,x", converters: :date).map { |r| r.map(&:to_s) } }
t(30) { CSV.parse("2020-01-02T03:04:05+01:00,5", converters: :all).map { |r| r.map(&:to_s) } }
t(31) { CSV.parse("a;b\n'1;2';3", col_sep: ";", quote_char: "'") }
t(32) { CSV.parse("a|b#1|2#", col_sep: "|", row_sep: "#") }
t(33) { CSV.parse("a,\"b\nc\",d\r\n1,2,3\r\n") }
t(34) { CSV.parse("a\tb", col_sep: "\t") }
t(35) { CSV.parse("a\"b", quote_char: nil) }
t(36) { CSV.parse("a,b\n1,2", headers: true, return_headers: true).map(&:to_h) }
t(37) { CSV.parse("1,2\n3,4", headers: %w[x y]).map(&:to_h) }
t(38) { CSV.parse("1,2\n3,4", headers: "x,y").map(&:to_h) }
t(39) { CSV.parse("a,b\n1\n1,2,3", headers: true).map(&:to_a) }
t(40) { CSV.parse("a,b\n1,2", quote_char: "ab") }
t(41) { CSV.parse("a,b", col_sep: "") }
t(42) { CSV.parse("a\"b,c") }
t(43) { CSV.parse("x\n\"a\" b,c") }
t(44) { CSV.parse("x,y\n\"a,c\nd") }
t(45) { CSV.parse("a,b\r\n1\n,2\r\n") }
t(46) { CSV.parse("a,b\n1\r2\n") }
t(47) { CSV.parse("a\xFF,b") }
t(48) { begin; CSV.parse("x\n\"a"); rescue CSV::MalformedCSVError => e; [e.line_number, e.lineno]; end }
t(49) { CSV.parse("") + CSV.parse("\n") + CSV.parse("a") }
t(50) { CSV.parse_line("") }
t(51) { CSV.parse_line("a,b", headers: %w[x y]).to_h }
t(52) { CSV.parse("a,b\n1,2", headers: true).class }
t(53) { CSV.parse("a,b\n1,2") { |row| print row.inspect } && nil }
table = CSV.parse("a,b\n1,2\n3,4\n", headers: true)
t(60) { [table["a"], table[0].to_h, table[-1]["b"], table.headers, table.size, table.to_a, table.to_s] }
t(61) { table.by_col["b"] }
t(62) { table.by_row[1].fields }
t(63) { table.map { |row| row["a"].to_i }.sum }
t(64) { table.each.to_a.size }
t(65) { table.inspect }
t(66) { table.dig(0, "a") }
t(67) { table.values_at(0, 1).map(&:to_h) }
t(68) { table["c"] = %w[x y]; table.to_csv }
t(69) { table << %w[5 6 z]; table[2].to_h }
t(70) { table.delete("c"); table.headers }
t(71) { table.delete_if { |row| row["a"] == "5" }; table.size }
t(72) { table.sort_by { |row| -row["a"].to_i }.map(&:to_h) }
t(73) { table.by_col.map { |name, column| [name, column] } }
t(74) { table == CSV.parse("a,b\n1,2\n3,4\n", headers: true) }
t(75) { CSV.parse("a,b\n", headers: true).headers }
row = CSV::Row.new(%w[a b a], [1, 2, 3])
t(80) { [row["a"], row[2], row[-1], row.field("a", 1), row.fetch("b"), row.headers, row.fields, row.to_h, row.to_a, row.size, row.index("b")] }
t(81) { row.fetch("z") }
t(82) { [row.fetch("z", 0), row.fetch("z") { |k| k * 2 }] }
t(83) { [row.has_key?("a"), row.header?("z"), row.key?("b"), row.include?("b"), row.field?(2), row.header_row?, row.field_row?] }
t(84) { [row.inspect, row.to_s, row.to_csv(col_sep: ";")] }
t(85) { row["c"] = 4; row << ["d", 5] << { "e" => 6 } << 7; row.to_a }
t(86) { [row.delete("a"), row.to_h] }
t(87) { [row.values_at("b", "c"), row.fields("b", 0), row.dig("b")] }
t(88) { row.each { |k, v| print k.inspect, v } && nil }
t(89) { row.map { |k, v| v }.compact }
t(90) { CSV::Row.new(%w[a b], [1]).to_h }
t(91) { row == CSV::Row.new(%w[a], [1]) }
t(92) { row.each_pair.to_a.size }
t(93) { CSV.parse("a,b\n1,2", headers: true).first.to_h.transform_keys(&:to_sym) }
t(100) { CSV.generate { |csv| csv << [1, nil, "", "x,y", "q\"r", "l\nm", " s", "\tt", "u "]; csv << %w[a b] } }
t(101) { CSV.generate(headers: %w[a b], write_headers: true) { |csv| csv << [1, 2]; csv << { "b" => 4, "a" => 3 } } }
t(102) { CSV.generate(headers: true, write_headers: true) { |csv| csv << CSV::Row.new(%w[a b], [1, 2]) } }
t(103) { CSV.generate(force_quotes: true) { |csv| csv << [1, nil, ""] } }
t(104) { CSV.generate(quote_empty: false) { |csv| csv << [1, nil, ""] } }
t(105) { CSV.generate(col_sep: ";", row_sep: "\r\n", quote_char: "'") { |csv| csv << ["a;b", "c'd"] } }
t(106) { CSV.generate(write_converters: ->(f) { "<#{f}>" }) { |csv| csv << [1, nil] } }
t(107) { CSV.generate(write_nil_value: "NULL", write_empty_value: "EMPTY") { |csv| csv << [nil, "", 1] } }
t(108) { CSV.generate_line([1, "a,b"], col_sep: ";") + CSV.generate_lines([[1], [2, 3]]) }
t(109) { [1, :a, 2.5, nil].to_csv(force_quotes: true) }
t(110) { "a,b".parse_csv + "a;b".parse_csv(col_sep: ";") }
t(111) { CSV.generate("x\n") { |csv| csv << [1] } }
t(112) { CSV.generate_line(["a"], foo: 1) }
t(113) { CSV.generate(headers: %w[a b]) { |csv| csv << { "a" => 1 } } }
t(114) { csv = CSV.new("a,b\n1,2", headers: true); [csv.headers, csv.shift.to_h, csv.headers, csv.shift, csv.lineno] }
t(115) { CSV.new("a,b\n1,2\n").each.with_index.map { |row, i| [i, row] } }
t(116) { CSV.new("a,b\n1,2\n").map(&:first) }
t(117) { csv = CSV.new("a\nb"); csv.read; csv.rewind; csv.gets }
t(118) { CSV.new(nil) }
t(119) { CSV.parse("id,name\n1,x\n", headers: true).each { |row| print row["id"] }.class }
t(120) { CSV.parse("a,b\n1,2", headers: :first_row).first["a"] }
t(121) { CSV.parse("a\nb\rc\r", row_sep: "\r") }
t(122) { CSV.parse("a\rb\nc\r\nd\n", row_sep: "\r\n") }
t(123) { [CSV.open("files/bom.csv", "r").read[0], CSV.open("files/bom.csv", "rb").read[0], CSV.read("files/bom.csv", encoding: "utf-8")[0]].map { |r| r[0].size } }
t(124) { CSV.generate_line(["#a", "a#", "\r", "é", " "]) }
t(125) { CSV.parse("a\r\n1\n2\r\n") }
t(126) { CSV.foreach("files/bom.csv", headers: true).with_index.map { |row, i| [i, row.to_h] } }
