# Assignments of every kind.
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message}"
end
class Box
  attr_accessor :v, :log
  def initialize(v = nil) = (@v, @log = v, [])
  def [](*k) = (@log << [:get, k]; (@h ||= {})[k])
  def []=(*k, v)
    @log << [:set, k, v]
    (@h ||= {})[k] = v
  end
end
t("multiple") { a, b = 1, 2; a, b = b, a; [a, b] }
t("splat first") { *a, b = 1, 2, 3; [a, b] }
t("splat middle") { a, *b, c = 1, 2, 3, 4; [a, b, c] }
t("splat empty") { a, *b = 1; [a, b] }
t("nested") { (a, b), c = [1, 2], 3; [a, b, c] }
t("array right") { a, b = [1, 2, 3]; [a, b] }
t("nil right") { a, b = nil; [a, b] }
t("value of masgn") { (a, b = 1, 2) }
t("single star") { a = *1..3; b = *nil; c = [*"x"]; [a, b, c] }
t("to targets") { bx = Box.new; h = {}; bx.v, h[:a], @iv, $gv = 1, 2, 3, 4; [bx.v, h, @iv, $gv] }
t("attribute or") { bx = Box.new; bx.v ||= 5; bx.v ||= 6; bx.v &&= bx.v + 1; bx.v += 1; bx.v }
t("index or") { bx = Box.new; bx[1] ||= 5; bx[1] ||= 6; bx[1, 2] = 3; bx.log }
t("index plus") { h = Hash.new(0); h[:a] += 1; h[:a] += 1; h }
t("local ops") { a = 5; a -= 1; a *= 3; a **= 2; a /= 7; a %= 10; a <<= 2; a |= 1; a &= 7; a ^= 2; a >>= 1; a }
t("or nil") { a ||= 3; b = false; b ||= 4; c = 1; c &&= nil; [a, b, c] }
t("ivar or") { @zz ||= []; @zz << 1; @zz &&= @zz + [2]; @zz }
t("gvar or") { $newg ||= 1; $newg += 1; $newg }
t("const or") { KONST ||= 5; KONST ||= 6; KONST }
t("const path or") { Box::C ||= 7; Box::C ||= 8; Box::C }
t("cvar or") { class Box; @@c ||= 1; @@c += 1; def self.c = @@c; end; Box.c }
t("safe navigation") { n = nil; n&.v = 1; n&.v ||= 2; bx = Box.new; bx&.v = 3; bx&.v += 1; [n, bx.v] }
t("chained") { a = b = c = 5; [a, b, c] }
t("in condition") { if (x = 5) > 3 then x end }
t("rescue value") { x = raise("q") rescue 9; x }
t("heredoc") { <<~A + <<-B + <<'C' }
  one
    two #{1 + 1}
A
    three
    B
raw #{x}
C
t("heredoc method") { <<~SQL.squeeze(" ").strip }
  SELECT   *
  FROM   t
SQL
t("strings") { ['a\n', "a\n", %q(a 'b' (c)), %Q(a #{1}), %(x), "a" "b", ?a, "\u00e9\x41\101\e[0m", "tab\tq\"", 'it''s'] }
t("symbols") { [:a, :"a b", :"a#{1}", %s(x y), :+, :[]=, :a?, :b!, :c=] }
t("arrays") { [%w[a b #{1}], %W[a b#{1}], %i[a b], [1, *[2, 3], 4], [[], [nil]]] }
t("hashes") { a = 1; [{ a: 1, "b": 2, "c" => 3, 4 => 5, a => 6 }, { a: }, { **{ x: 1 }, y: 2 }, { a: 1, a: 2 }] }
t("ranges") { [1..2, 1...2, (1..), (..2), ("a".."c").to_a, (1..nil).first(2), 1.step(10, 4).to_a] }
t("regexps") { [/a#{1}b/i, /x/mx, %r{a/b}, "foo" =~ /o/, "abc"[/b./], $~ && $~[0], $`, $'] }
t("named captures") { if /(?<year>\d+)-(?<mon>\d+)/ =~ "2024-05" then [year, mon] end }
t("numbers") { [1_000_000, 0xff, 0b101, 0o17, 017, 1.5e3, 12345678901234567890, -3.abs, 2**100, 1r, 1.5r] }
t("char ops") { ["a" + "b", "a" << "b", "a" * 2, "%05.2f|%-5s|%+d" % [3.14159, "x", 5], "a".."e"] }
t("interpolation") { @i = 1; $g = 2; "#@i #$g #{nil} #{[1, nil]} #{:s} #{{ a: 1 }}" }
t("frozen literal") { "lit".frozen? }
t("__END__ ignored") { 1 }
t("multiline chain") { [3, 1, 2]
  .sort
  # a comment between
  .map { |x| x * 2 }
  .first }
t("ternary nest") { x = 5; x > 3 ? x > 4 ? :a : :b : :c }
t("unary") { [-5.abs, +5, !true, ~5, -(5), (not true)] }
t("block pass order") { log = []; f = ->(n) { log << n; n }; [f.(1), f.(2)].then { log } }
t("evaluation order") { log = []; bx = Box.new; (log << :r; bx).v = (log << :v; 1); log }
t("op assign order") { log = []; h = {}; (log << :h; h)[(log << :k; :a)] ||= (log << :v; 1); log }
t("swap index") { a = [1, 2, 3]; a[0], a[2] = a[2], a[0]; a }
t("bad range") { (1..Object.new) }
t("alias global") { $orig = 5; alias $copy $orig; $copy }
t("undefined global") { $never_set }
t("read-only") { eval_free = 1; $! }
__END__
this is not Ruby
