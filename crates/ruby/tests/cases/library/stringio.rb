# StringIO.
require "stringio"
def t(label = nil)
  r = yield
  # What is ASCII anyway says nothing by its label.
  encoding = r.encoding if r.is_a?(String) && !r.ascii_only?
  puts "#{label} #{r.inspect} #{encoding}"
rescue Exception => e
  puts "#{label} #{e.class}: #{e.message}"
end
t(1){ s=StringIO.new("a\nb\n\nc"); [s.gets("b"), s.gets(1), s.gets("", chomp: true), s.each_line(2).to_a] }
t(2){ s=StringIO.new("abc"); s.close; s.read }
t(3){ StringIO.new("é".b).getc }
t(4){ StringIO.new("éa").read(1) }
t(5){ StringIO.new("a", "zz") }
t(6){ StringIO.new("abc", "r").write("x") }
t(8){ StringIO.new("a\r\nb").gets(chomp: true) }
t(9){ StringIO.new("abc").gets(0) }
t(10){ StringIO.new("abc").readlines(0) }
t(11){ StringIO.new("ab\n").each_line(chomp: true).to_a }
t(12){ StringIO.new("あいう").gets(1) }
t(13){ StringIO.new("a").gets(foo: 1) }
t(14){ s=StringIO.new("abc"); s.seek(-1, IO::SEEK_END); s.read }
t(15){ s=StringIO.new("abc"); s.read; [s.getbyte, s.readbyte] }
t(16){ StringIO.new("a b").each_char.to_a }
t(19){ StringIO.new("abc").external_encoding }
t(20){ StringIO.new("x").closed? }
t(21){ s=StringIO.new("abc"); s.close_read; s.read }
t(22){ StringIO.new(frozen="abc".freeze).write("x") }
t(23){ s=StringIO.new("abc"); b = +""; s.read(2, b); b }
t(24){ StringIO.new("\n\n\na\n\n\n\nb").each_line("").to_a }
t(25){ StringIO.new("ab").each_byte.to_a }
t(26){ StringIO.new("ab\ncd").gets("") }
