require "shellwords"

def show(what)
  puts "#{what}: #{yield.inspect}"
rescue StandardError => e
  puts "#{what}: #{e.class}: #{e.message}"
end

[
  "a b  c", " lead", "trail ", "", "'single q' b", '"double q" b', 'a\ b', 'a"b"c', "a'b'c", '"a\"b"', '"a\$b\`c\\\\d"', '"a\xb"',
  "'a\\b'", "a\tb\nc", "''", '""', 'x=""', "\\", "a\\", "\"a\\\nb\"", "ü é", "#no"
].each { |line| show(line.inspect) { Shellwords.split(line) } }
["a 'b", 'a "b', "it's"].each { |line| show(line.inspect) { line.shellsplit } }
["", "plain", "a b", "it's", "a\nb", "$x", "ü", "a,b:c+d@e/f-g_h.i", "*?[]", "~", "a=b", "%"].each do |word|
  show("escape #{word.inspect}") { [word.shellescape, Shellwords.escape(word)] }
end
show("escape number") { Shellwords.escape(1) }
show("join") { [["a b", "c"].shelljoin, Shellwords.join(["x y"]), Shellwords.shelljoin([])] }
show("aliases") { [Shellwords.shellwords("a b"), Shellwords.shellsplit("a b"), Shellwords.shellescape("a b")] }
show("NUL") { Shellwords.escape("a\0b") }

class Words
  include Shellwords
  def go = [shellwords("a 'b c'"), shellescape("x y"), shelljoin(["1 2"])]
end
show("included") { Words.new.go }
