require "ostruct"

def show(what)
  puts "#{what}: #{yield.inspect}"
rescue StandardError => e
  puts "#{what}: #{e.class}: #{e.message.gsub(/0x\h+/, "0x")}"
end

o = OpenStruct.new(a: 1, "b" => [2], class: "c", method: nil)
show("fields") { [o.a, o.b, o[:a], o["b"], o.class, o.method] }
show("missing") { [o.nope, o[:nope], o.respond_to?(:nope), o.respond_to?(:a), o.respond_to?(:a=), o.respond_to?(:zz=)] }
o.d = 4
o[:e] = 5
o["f g"] = 6
show("inspect") { o }
show("to_s") { o.to_s }
show("to_h") { o.to_h }
show("to_h block") { o.to_h { |k, v| [k.to_s, v.to_s] } }
show("each_pair") { o.each_pair.to_a }
show("dig") { [OpenStruct.new(x: OpenStruct.new(y: [7])).dig(:x, :y, 0), o.dig("a"), o.dig(:nope, :x)] }
show("dig of what is no name") { o.dig(1) }
show("delete") { [o.delete_field(:d), o.d, o.respond_to?(:d)] }
show("delete what is not there") { o.delete_field(:zz) }
show("delete with a block") { o.delete_field(:zz) { 8 } }
show("setter without a value") { o.send(:x=) }
show("arguments") { o.foo(1) }
show("bang") { o.foo! }
show("==") { [OpenStruct.new(a: 1) == OpenStruct.new(a: 1), OpenStruct.new(a: 1) == OpenStruct.new(a: 2), OpenStruct.new == 1] }
show("eql?") { [OpenStruct.new(a: 1).eql?(OpenStruct.new(a: 1)), OpenStruct.new(a: 1).eql?(OpenStruct.new(a: 2))] }
show("hash") { OpenStruct.new(a: 1).hash == OpenStruct.new(a: 1).hash }
copy = o.dup
copy.a = 9
show("dup") { [o.a, copy.a, copy.b.equal?(o.b)] }
show("frozen") { OpenStruct.new(a: 1).freeze.tap { |f| [f.a, f.to_h] }.a }
show("frozen writer") { OpenStruct.new(a: 1).freeze.a = 2 }
show("empty") { [OpenStruct.new, OpenStruct.new(nil).to_h] }
loop_ = OpenStruct.new(n: 1)
loop_.me = loop_
show("itself") { loop_ }

class Point < OpenStruct
  def sum = x + y
end
show("subclass") { [Point.new(x: 1, y: 2).sum, Point.new(x: 1)] }
show("keywords") { OpenStruct.new(**{ a: 1 }).a }
show("operators") { o.a += 1 }
show("or-assign") { o.fresh ||= "new" }
show("no name") { o[nil] }
