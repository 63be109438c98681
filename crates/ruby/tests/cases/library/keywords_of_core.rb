# What keywords and options of Ruby's own methods mean, and what one that means nothing does.
require "date"; require "time"; require "stringio"; require "pathname"; require "csv"; require "json"; require "yaml"; require "bigdecimal"; require "set"; require "uri"; require "digest"; require "securerandom"; require "cgi"; require "logger"
def t
  p(yield)
rescue StandardError, NotImplementedError => error
  puts "#{error.class}: #{error.message}"
end
F = "files/t.txt"
t { File.read(F, bogus: 1)&.size }
t { File.read(F, mode: "rb").encoding }
t { File.read(F, encoding: "BOM|UTF-8").encoding }
t { File.read(F, external_encoding: "ISO-8859-1").encoding }
t { File.read(F, internal_encoding: "UTF-8").encoding }
t { File.read(F, binmode: true).encoding }
t { File.read(F, textmode: true).encoding }
t { File.read(F, universal_newline: true).size }
t { File.read(F, crlf_newline: true).size }
t { File.read(F, newline: :universal).size }
t { File.read(F, newline: :bogus).size }
t { File.read(F, invalid: :replace).size }
t { File.read(F, undef: :replace, replace: "?").size }
t { File.read(F, flags: 0).size }
t { File.read(F, perm: 0).size }
t { File.read(F, chomp: true).size }
t { File.read(F, 3, 1) }
t { File.read(F, 3, 1, mode: "r") }
t { File.read(F, -1) }
t { File.read(F, mode: "bogus") }
t { File.readlines(F, chomp: true).first }
t { File.readlines(F, bogus: 1).size }
t { File.readlines(F, 3).first }
t { File.readlines(F, nil).size }
t { File.readlines(F, "").size }
t { File.readlines(F, "e", 2, chomp: true).first(3) }
t { File.foreach(F, bogus: 1).first }
t { File.foreach(F, chomp: true).first }
t { File.foreach(F, chomp: false).first }
t { File.open(F, bogus: 1) { |f| f.size } }
t { File.open(F, "r", chomp: true) { |f| f.size } }
t { File.open(F, mode: "r:UTF-8") { |f| f.external_encoding } }
t { File.open(F, "r", encoding: "UTF-8", external_encoding: "UTF-8") { |f| f.size } }
t { File.open(F, "rb") { |f| f.gets(chomp: true) } }
t { File.open(F) { |f| f.each_line(chomp: true).first } }
t { File.open(F) { |f| f.readline(chomp: true) } }
t { File.open(F) { |f| f.readlines(chomp: true).size } }
t { open(F, bogus: 1) { |f| f.size } }
t { open(F, "r", encoding: "UTF-8") { |f| f.size } }
t { IO.readlines(F, chomp: true).first }
t { IO.foreach(F, chomp: true).first }
t { File.binread(F, bogus: 1) }
t { File.exist?(F, bogus: 1) }
t { File.basename(F, bogus: 1) }
t { File.basename(F, ".*") }
t { File.join("a", bogus: 1) }
t { File.expand_path("a", bogus: 1) }
t { File.dirname("a/b/c", 2) }
t { File.dirname("a/b/c", -1) }
t { File.fnmatch("*", ".a", bogus: 1) }
t { File.fnmatch?("*", ".a", File::FNM_DOTMATCH) }
t { File.size(F, bogus: 1) }
t { Dir.glob("files/*.txt", bogus: 1).size }
t { Dir.glob("*.txt", base: "files").include?("t.txt") }
t { Dir.glob("*.txt", File::FNM_CASEFOLD, base: "files", sort: false).size > 0 }
t { Dir.glob("*.txt", flags: File::FNM_DOTMATCH, base: "files", sort: true).size > 0 }
t { Dir.glob("*", sort: 1) }
t { Dir["files/*.txt", base: nil].size > 0 }
t { Dir["files/*", bogus: 1] }
t { Dir.children("files", encoding: "UTF-8").size > 0 }
t { Dir.children("files", bogus: 1) }
t { Dir.entries("files", bogus: 1) }
t { Dir.each_child("files", bogus: 1) {} }
t { Dir.exist?("files", bogus: 1) }
t { Dir.empty?("files", bogus: 1) }
t { Dir.open("files", bogus: 1) }
t { Dir.new("files", encoding: nil).path }
t { Pathname.new(F).read(bogus: 1).size }
t { Pathname.new(F).read(encoding: "UTF-8").size }
t { Pathname.new(F).readlines(chomp: true).first }
t { Pathname.new(F).each_line(chomp: true).first }
t { Pathname.new(F).binread(3) }
t { Pathname.new(F).open(mode: "rb") { |f| f.size } }
t { Pathname.new("files").glob("*.txt", bogus: 1) }
t { Pathname.glob("files/*.txt", bogus: 1) }
t { Pathname.glob("*.txt", base: "files").first.class }
t { Pathname.new("files").children(false).size > 0 }
t { Pathname.new("files").children(bogus: 1).size > 0 }
t { Pathname.new("a").join("b", bogus: 1) }
t { Pathname.new("a").basename(bogus: 1) }
t { StringIO.new("a\nb").each_line(chomp: true).to_a }
t { StringIO.new("a\nb").each_line(bogus: 1).to_a }
t { StringIO.new("a\nb").gets(chomp: true) }
t { StringIO.new("a\nb").gets(bogus: 1) }
t { StringIO.new("a\nb").readlines(chomp: true) }
t { StringIO.new("a\nb").readline(chomp: true) }
t { StringIO.new("a", mode: "r").read }
t { StringIO.new("a", "r", mode: "r").read }
d = Date.new(2024, 2, 29)
dt = DateTime.new(2024, 2, 29, 1, 2, 3)
tm = Time.utc(2024, 2, 29, 1, 2, 3, 456789)
t { Date.parse("2024-01-02", limit: 5) }
t { Date.parse("x" * 200) }
t { Date.parse("2024-01-02" + " " * 130) }
t { Date._parse("2024-01-02", limit: 3) }
t { Date.iso8601("2024-01-02", limit: 5) }
t { Date.xmlschema("2024-01-02", limit: 1) }
t { Date.valid_date?(2024, 1, bogus: 1) }
t { DateTime.parse("2024-01-02T03:04", limit: 5) }
t { d.step(d + 2, by: 1) { |x| p x } }
t { d.step(d + 2).to_a.size }
t { d.upto(d + 1, bogus: 1) {} }
t { d.strftime(bogus: 1) }
t { d.iso8601(bogus: 1) }
t { dt.iso8601(2) }
t { dt.iso8601(bogus: 1) }
t { Time.new(2024, 1, 1, in: "+09:00") }
t { Time.new(2024, 1, 1, 0, 0, 0, "+01:00", in: "+09:00") }
t { Time.new("2024-01-02 03:04:05", in: "UTC") }
t { Time.new("2024-01-02", in: "UTC") }
t { Time.at(0, in: "UTC") }
t { Time.at(0, 5, :millisecond, in: "+01:00") }
t { Time.at(0, 5, :bogus) }
t { Time.utc(2024, bogus: 1) }
t { Time.local(2024, bogus: 1) }
t { Time.parse("2024-01-02", bogus: 1) }
t { Time.iso8601("2024-01-02T03:04:05Z", bogus: 1) }
t { Time.strptime("2024", "%Y", bogus: 1) }
t { tm.round(bogus: 1) }
t { tm.localtime("+01:00") }
t { tm.localtime(in: "+01:00") }
t { tm.getlocal(bogus: 1) }
t { tm.iso8601(3) }
t { tm.deconstruct_keys([:year, :month]) }
t { tm.deconstruct_keys(nil).size }
t { tm.deconstruct_keys(1) }
s = "Straße b"
t { s.upcase(:ascii) }
t { s.upcase(:turkic) }
t { s.upcase(:bogus) }
t { s.upcase(bogus: 1) }
t { s.upcase(:ascii, :lithuanian) }
t { s.downcase(:fold) }
t { s.downcase(:ascii, :fold) }
t { s.swapcase(:fold) }
t { s.capitalize(:turkic, :lithuanian) }
t { :abc.upcase(:bogus) }
t { s.encode("UTF-16LE", bogus: 1).bytesize }
t { s.encode("US-ASCII", undef: :replace) }
t { s.encode("US-ASCII", undef: :bogus) }
t { s.encode("US-ASCII", fallback: { "ß" => "ss" }) }
t { s.encode("US-ASCII", fallback: ->(c) { "?" }) }
t { s.encode("US-ASCII", xml: :text) }
t { s.encode(xml: :attr) }
t { s.encode("US-ASCII", xml: :bogus) }
t { "a\nb".encode(universal_newline: true) }
t { "a\nb".encode(crlf_newline: true) }
t { "a\r\nb".encode(newline: :universal) }
t { s.unicode_normalize(:nfd).size }
t { s.unicode_normalize(:bogus) }
t { s.each_line(chomp: true).to_a }
t { s.each_line(bogus: 1).to_a }
t { "a\nb".lines(chomp: true) }
t { "a\nb".lines(bogus: 1) }
t { "a\nb".lines("a", chomp: true) }
t { s.unpack("C", offset: 1) }
t { s.unpack("C", bogus: 1) }
t { s.unpack1("C", offset: 100) }
t { [1].pack("C", buffer: +"ab") }
t { [1].pack("C", buffer: "ab".freeze) }
t { [1].pack("C", buffer: 1) }
t { [1].pack("C", bogus: 1) }
t { String.new("a", capacity: 10) }
t { String.new("a", encoding: "ASCII-8BIT").encoding }
t { String.new("a", bogus: 1) }
t { s.sum(bogus: 1) }
t { s.center(20, bogus: 1) }
t { s.tr("a", bogus: 1) }
t { s.split(bogus: 1) }
t { s.split("a", bogus: 1) }
t { s.casecmp?("STRASSE B") }
t { s.start_with?(bogus: 1) }
t { s.scrub(bogus: 1) }
t { s.sub("S", "S" => "x") }
t { s.gsub(/[sb]/, "s" => "1", "b" => "2") }
t { s.gsub("s", bogus: 1) }
t { s.insert(0, bogus: 1) }
t { s.to_i(bogus: 1) }
t { s.dump(bogus: 1) }
t { s.byteindex("r", bogus: 1) }
t { Integer("0x1f", 16) }
t { Integer("z", exception: false) }
t { Integer(nil, exception: false) }
t { Integer("1", 2, exception: 1) }
t { Float("x", exception: false) }
t { Rational("x", exception: false) }
t { BigDecimal("x", exception: false) }
t { BigDecimal("1.23", 2, exception: false) }
t { String(bogus: 1) }
t { Array(bogus: 1) }
t { Hash([]) }
t { 10.digits(bogus: 1) }
t { 10.pow(2, 7) }
t { 10.round(-1, half: :up) }
t { 15.round(-1, half: :even) }
t { 25.round(-1, half: "down") }
t { 25.round(-1, half: :bogus) }
t { 25.round(-1, half: nil) }
t { 2.5.round(half: :down) }
t { 2.5.round(half: "even") }
t { 2.5.round(1, half: :bogus) }
t { 2.5.floor(bogus: 1) }
t { 2.5.ceil(half: :up) }
t { Rational(5, 2).round(half: :even) }
t { 1.step(by: 2, to: 5).to_a }
t { 1.step(5, by: 2).to_a }
t { 1.step(5, 2, by: 2).to_a }
t { 1.step(by: 0) { break } }
t { 1.0.step(by: 0.5, to: 2).to_a }
t { 1.step(to: 3, bogus: 1).to_a }
t { (1..10).step(3, bogus: 1).to_a }
t { (1..3).each_slice(2, bogus: 1).to_a }
t { [3, 1].sort(bogus: 1) }
t { [3, 1].max(bogus: 1) }
t { [[1, 2]].to_h(bogus: 1) }
t { [1, 2].cycle(1, bogus: 1).to_a }
t { [1, [2]].flatten(bogus: 1) }
t { [1].fill(bogus: 1) }
t { [1].product([2], bogus: 1) }
t { [1].first(bogus: 1) }
t { [1, 2].each_with_object([], bogus: 1) {} }
t { [1, 2].inject(:+, bogus: 1) }
t { [1, 2].zip([3], bogus: 1) }
t { Array.new(2, bogus: 1) }
t { Hash.new(capacity: 5) }
t { Hash.new(bogus: 1) }
t { { a: 1 }.to_h(bogus: 1) }
t { { a: 1 }.merge(b: 2) }
t { { a: 1 }.dig(:a, bogus: 1) }
t { { a: 1 }.fetch(:b, bogus: 1) }
t { { a: 1 }.transform_keys(a: :b) }
t { { a: 1 }.transform_keys({ a: :b }) { |k| k } }
t { { a: 1 }.transform_keys!(a: :c) }
t { { a: 1 }.any?(bogus: 1) }
t { { a: 1 }.sum(bogus: 1) }
t { Set.new([1], bogus: 1) }
t { Set[1].add(bogus: 1) }
t { Struct.new(:a, keyword_init: true).new(a: 1).to_h }
t { Struct.new(:a, keyword_init: true).new(1) }
t { Struct.new(:a, keyword_init: true).new(b: 1) }
t { Struct.new(:a, keyword_init: false).new(a: 1).to_h }
t { Struct.new(:a).new(a: 1).to_h }
t { Struct.new(:a, bogus: 1) }
t { Data.define(:a).new(a: 1).inspect }
t { Data.define(:a).new(b: 1) }
t { Data.define(:a).new(a: 1).with(a: 2).inspect }
t { Data.define(:a).new(a: 1).with(b: 2) }
t { Comparable.instance_method(:clamp).bind_call(5, 1, 3) }
t { Object.new.dup(bogus: 1) }
t { Object.new.clone(freeze: true).frozen? }
t { Object.new.clone(freeze: 1) }
t { [1].clone(freeze: nil) }
t { Object.new.inspect(bogus: 1) }
t { Object.new.send(:initialize, bogus: 1) }
t { Object.new(bogus: 1) }
t { raise ArgumentError, "x", cause: nil }
t { raise ArgumentError.new("x"), bogus: 1 }
t { raise ArgumentError, bogus: 1 }
t { raise bogus: 1 }
t { catch(bogus: 1) { 1 } }
t { sprintf("%<a>d %{b}", a: 1, b: 2) }
t { sprintf("%<a>d", b: 1) }
t { format("%d", 1, bogus: 1) }
t { loop(bogus: 1) {} }
t { "a".instance_variable_get(:@a, bogus: 1) }
t { proc { |a| a }.call(bogus: 1) }
t { lambda { |a| a }.call(bogus: 1) }
t { lambda { |a, **b| [a, b] }.call(1, bogus: 1) }
t { proc { |x| }.parameters(lambda: true) }
t { proc { |x| }.parameters(bogus: true) }
t { Regexp.new("a", bogus: 1) }
t { Regexp.new("a", "i") }
t { Regexp.new("a", true) }
t { Regexp.new("a", "q") }
t { Regexp.union("a", bogus: 1) }
t { /(?<a>b)/.match("b", bogus: 1) }
t { /(?<a>b)/.match("b").named_captures(symbolize_names: true) }
t { /(?<a>b)/.match("b").named_captures(bogus: true) }
t { /(?<a>b)/.match("b").deconstruct_keys([:a]) }
t { Enumerator.produce(1) { |x| x + 1 }.take(2) }
t { Enumerator.produce(bogus: 1) { |x| x }.first }
t { [1].each_entry(bogus: 1).to_a }
t { [4, 5].each.with_index(1).to_a }
t { [4, 5].each.with_index(bogus: 1).to_a }
t { [1].lazy.map { |x| x }.eager.class }
t { URI.parse("http://a/b", bogus: 1) }
t { URI.encode_www_form(a: 1, b: [2, 3]) }
t { URI.decode_www_form("a=1", separator: ";") }
t { URI.decode_www_form("a=1&b=2", bogus: 1) }
t { CGI.escape("a b", bogus: 1) }
t { { a: 1 }.to_yaml(line_width: -1) }
t { CSV.parse("a,b\n1,2", headers: true, bogus: 1) }
t { CSV.parse_line("a;b", col_sep: ";") }
t { CSV.generate_line([1, nil, "a b"], col_sep: "\t", force_quotes: true) }
t { CSV.generate_line([1, nil], quote_empty: false, write_empty_value: "-") }
t { CSV.generate_line(["a"], row_sep: "!") }
t { CSV.generate_line(["a"], bogus: 1) }
t { CSV.generate_lines([["a"], ["b"]], quote_char: "'", force_quotes: true) }
t { ["a", 1].to_csv(bogus: 1) }
t { ["a", 1].to_csv(col_sep: "|") }
t { "a,b".parse_csv(col_sep: ",") }
t { "a,b".parse_csv(bogus: 1) }
t { CSV.parse("a,b\n1,2", headers: true).to_csv(write_headers: false) }
t { CSV.parse("a,b\n1,2", headers: true).first.to_csv(col_sep: ";") }
t { CSV.new("a,b", bogus: 1) }
t { CSV.parse("a\n1", headers: true, return_headers: true).size }
