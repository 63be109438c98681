# Conditions, loops, jumps, begin.
def t(label) = puts("#{label}: #{yield.inspect}")
t("if") { if nil then 1 elsif true then 2 else 3 end }
t("unless") { unless false then :yes end }
t("if nil") { if false then 1 end }
t("ternary") { 1 > 2 ? :a : :b }
i = 0
i += 1 while i < 10
t("while modifier") { i }
begin i -= 1 end until i < 5
t("until") { i }
t("begin end while") { n = 0; begin n += 1 end while false; n }
t("break value") { while true do break 7 end }
t("while nil") { while false do end }
t("next in while") { out = []; n = 0; while (n += 1) < 6; next if n.odd?; out << n; end; out }
t("loop") { n = 0; loop { n += 1; break n * 2 if n > 3 } }
t("for") { s = []; for a, (b, c) in [[1, [2, 3]], [4, [5, 6]]] do s << a + b + c end; s + [a, b, c] }
t("for break") { for q in 1..10 do break q if q == 4 end }
t("for hash") { out = []; for k, v in { a: 1, b: 2 } do out << [k, v] end; out }
t("for next") { out = []; for q in [1, 2, 3] do next if q == 2; out << q end; out }
t("case") { case 5 when 1, 2 then :low when 3..9 then :mid else :high end }
t("case splat") { list = [1, 5]; case 5 when *list then :in end }
t("case no subject") { case when 1 == 2 then :a when true then :b end }
t("case class") { case "x" when Integer, Float then :num when String then :str end }
t("case lambda") { case 4 when ->(n) { n.even? } then :even end }
t("case regexp") { case "hello" when /^h(e)/ then $1 end }
t("and or not") { [(nil and 1), (1 and 2), (nil or 3), (not nil)] }
t("redo free") { [1, 2, 3].each_with_index.map { |x, n| x * n } }

def early(n)
  [1, 2, 3].each { |x| return x if x == n }
  :none
end
t("return from block") { [early(2), early(9)] }

def ensure_order
  yield
  puts "body"
  :value
ensure
  puts "ensure"
end
t("ensure") { ensure_order { } }
def ensure_return
  return 1
ensure
  puts "still"
end
t("ensure return") { ensure_return }
def override
  return 1
ensure
  return 2
end
t("ensure overrides") { override }
t("rescue else") { begin; 1; rescue; 2; else; 3; ensure; 4; end }
t("rescue modifier") { (raise "x" rescue :saved) }
t("retry") { tries = 0; begin; tries += 1; raise "no" if tries < 3; tries; rescue; retry; end }
t("nested rescue") do
  begin
    begin
      raise ArgumentError, "in"
    rescue TypeError
      :wrong
    ensure
      puts "inner ensure"
    end
  rescue => e
    "#{e.class} #{e.message}"
  end
end
t("rescue splat") { errors = [TypeError, KeyError]; begin; raise KeyError, "k"; rescue *errors => e; e.class; end }
t("break through ensure") { [1, 2].each { |x| begin; break x; ensure puts "unwound"; end } }
t("throw") { catch(:a) { catch(:b) { throw :a, 1 }; 2 } }
t("catch value") { catch { |tag| throw tag, :v } }
t("catch no throw") { catch(:x) { 5 } }
t("next value") { [1, 2].map { |x| next x * 10 if x == 1; x } }
t("proc return") { [1, 2].map(&proc { |x| next x + 1 }) }
t("lambda return") { l = -> { return 5 }; l.call + 1 }
t("break from lambda") { l = lambda { break 6 }; l.call }
t("loop StopIteration") { e = [1, 2].each; out = []; r = loop { out << e.next }; [out, r] }
t("rescue in block") { [1].map do |x| raise "z" rescue "caught #{$!.message}" end }
t("do end rescue") { [1].each do |x| raise "z"; rescue => e then puts e.message; ensure puts "fin"; end }
t("$!") { begin; raise "a"; rescue; begin; raise "b"; rescue; [$!.message, $!.cause.message]; end; end }
t("$! after") { begin raise "a" rescue nil end; $! }
t("flow values") { [(x = 5 if false), x] }
t("string mult") { "ab" * 3 }
t("numeric") { [7 / 2, -7 / 2, 7 % 3, -7 % 3, 2**10, 7.0 / 2, 1_000, 0x1f, 0b11, 0o17, 1e3] }
t("spaceship") { [1 <=> 2, "b" <=> "a", [1, 2] <=> [1, 3], nil <=> 1] }
t("safe navigation") { a = nil; [a&.foo, a&.foo(1, 2)&.bar, "x"&.upcase] }
t("BEGIN") { $began }
BEGIN { $began = :first }
t("__method__") { __method__.inspect }
def named = __method__
t("named") { named }
t("line") { __LINE__ }
t("file") { __FILE__ }
t("defined") { x = 1; [defined?(x), defined?(zork), defined?(puts), defined?(String), defined?(Zork), defined?(@a), defined?($zork), defined?(yield), defined?(super), defined?(1 + 1), defined?(x = 2), defined?(nil), defined?(self), defined?(String.new), defined?(String.zork), defined?(Zork::Y), defined?(@@a)] }
