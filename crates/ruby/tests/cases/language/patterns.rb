# Pattern matching.
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message}"
end
def m(value)
  case value
  in Integer | Float => n if n > 100 then [:big, n]
  in Integer => n then [:int, n]
  in "lit" then :lit
  in [] then :empty
  in [1, *rest] then [:one, rest]
  in [Integer => a, [b, *]] then [:nested, a, b]
  in [*, :needle, *post] then [:found, post]
  in { type: :circle, radius: } then [:circle, radius]
  in { type: :square, side: Integer => side, **nil } then [:square, side]
  in { name: String => name, **rest } unless rest.empty? then [:named, name, rest]
  in {} then :empty_hash
  in nil then :nil
  in :a | :b then :sym
  in 1.. then :never
  in ->(x) { x == "lam" } then :lambda
  in /re(.)/ then $1
  else :other
  end
end
[500, 5, 2.5, "lit", [], [1, 2, 3], [7, [8, 9]], [0, :needle, 5], { type: :circle, radius: 3, x: 1 }, { type: :square, side: 2 }, { type: :square, side: 2, more: 1 },
 { name: "N", age: 3 }, { name: "N" }, {}, nil, :b, "lam", "red", Object].each { |v| t(v.inspect) { m(v) } }
t("pin") { x = 5; case 5; in ^x then :same end }
t("pin expression") { case 6; in ^(3 + 3) then :six end }
t("pin ivar") { @v = 1; case 1; in ^@v then :iv end }
t("in predicate") { a = (1 in Integer); b = ("x" in Integer); c = ({ a: 1 } in { a: Integer }); [a, b, c] }
t("=>") { { a: 1, b: [2, 3] } => { a:, b: [x, *] }; [a, x] }
t("=> fails") { 1 => String }
t("=> key") { { a: 1 } => { b: } }
t("no match") { case [1, 2]; in [a] then 1 end }
t("no match hash") { case { a: 1 }; in { b: } then 1 end }
class Point
  attr_reader :x, :y
  def initialize(x, y) = (@x, @y = x, y)
  def deconstruct = [x, y]
  def deconstruct_keys(keys) = { x:, y: }
end
t("deconstruct") { case Point.new(1, 2); in [a, b] then [a, b] end }
t("deconstruct const") { case Point.new(1, 2); in Point(a, b) then [a, b] end }
t("deconstruct_keys") { case Point.new(1, 2); in Point(x:, y: 2) then x end }
t("const bracket") { case Point.new(1, 2); in Point[a, 2] then a end }
t("alternative arrays") { case [2, 9]; in [1, _] | [2, _] then :yes end }
t("capture array") { case [1, [2, 3]]; in [Integer, Array => arr] then arr end }
t("rest hash") { case { a: 1, b: 2 }; in { a:, **rest } then rest end }
t("nested hash") { case { user: { roles: [:admin, :dev], name: "Z" } }; in { user: { roles: [*, :dev, *], name: } } then name end }
t("find") { case [1, "x", :y, 2]; in [*pre, String => s, Symbol => y, *post] then [pre, s, y, post] end }
t("ranges") { case 15; in ..10 then :low; in 11..20 then :mid end }
t("strings keys") { case { "a": 1 }; in { "a": v } then v end }
t("guard falls") { case 5; in Integer if false then 1; in Integer then 2 end }
t("nil pattern") { case { a: nil }; in { a: nil } then :nil end }
t("array of hashes") { case [{ id: 1 }, { id: 2 }]; in [{ id: first }, { id: second }] then [first, second] end }
t("top-level array") { case [1, 2, 3]; in first, *others then [first, others] end }
t("top-level hash") { case { k: 1 }; in k: then k end }
t("splat last") { case [1, 2, 3]; in [*, last] then last end }
case [1,{a: 2}]
in [Integer, {a: 3}]
end rescue p $!
case {a: 1}
in {a: 1, **nil} if false
end rescue p $!
case 5
in [a] 
end rescue p $!
case [1]
in [a, b, *] 
end rescue p $!
case {a: 1, b: 2}
in {a: 1, **nil}
end rescue p $!
case {a: 1, b: 2}
in {}
end rescue p $!
case [1,2]
in [*, 3, *]
end rescue p $!
case 1
in 2|3
end rescue p $!
case 1
in 2
in 3
end rescue p $!
case 1
in String => x
end rescue p $!
case 1
in {a:}
end rescue p $!
case [1]
in String[a]
end rescue p $!
