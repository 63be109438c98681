require "ostruct"
require "delegate"

def show(what)
  puts "#{what}: #{yield.inspect}"
rescue StandardError => e
  puts "#{what}: #{e.class}: #{e.message.gsub(/0x\h+/, "0x")}"
end

class Line < OpenStruct
  def total = "own"
end
line = Line.new(total: 5, size: 2, map: 3, "with?": 4)
show("a subclass's own method stays") { [line.total, line[:total], line.size, line.map] }
show("writer of a protected name") { line.total = 6; [line.total, line[:total]] }
show("methods of its own") { line.singleton_methods.sort.first(4) }
show("reader with an argument") { OpenStruct.new(a: 1).a(2) }
show("writer with two") { OpenStruct.new(a: 1).send(:a=, 1, 2) }
show("method object") { OpenStruct.new(a: 1).method(:a).call }
show("send") { OpenStruct.new(a: 1).send(:a) }
copy = OpenStruct.new(class: 1, a: 2).dup
show("copy's methods") { [copy.class, copy.respond_to?(:a), copy.singleton_methods.sort] }
show("clone of a frozen one") { OpenStruct.new(a: 1).freeze.clone.frozen? }
show("frozen delete") { OpenStruct.new(a: 1).freeze.delete_field(:a) }
Point = Struct.new(:x, :y)
show("made of a Struct") { OpenStruct.new(Point.new(1, 2)) }
show("made of an OpenStruct") { OpenStruct.new(OpenStruct.new(a: 1)) }
show("made of what has no pairs") { OpenStruct.new(5) }
show("keys of a hash") { { OpenStruct.new(a: 1) => 2 }[OpenStruct.new(a: 1)] }
show("each_pair answers itself") { o = OpenStruct.new(a: 1); o.each_pair { |pair| p pair }.equal?(o) }
show("deleted while a field") { o = OpenStruct.new(size: 1); o.delete_field("size"); [o.size, o.respond_to?(:size)] }
show("pattern") { case OpenStruct.new(a: 1).to_h; in { a: Integer => n } then n; end }

d = SimpleDelegator.new("text")
show("interpolated") { ["#{d}", d =~ /x/, d === "text"] }
show("frozen") { d.freeze; [d.frozen?, d.__getobj__.frozen?] }
show("set when frozen") { d.__setobj__("x") }
show("nil and not") { [!SimpleDelegator.new(nil), SimpleDelegator.new(nil) ? 1 : 2, SimpleDelegator.new(false) == false] }
show("tap and then") { SimpleDelegator.new([1]).then { |x| x.size } }
show("a block") { SimpleDelegator.new([1, 2]).map { |x| x * 2 } }
show("delegator of a delegator") { SimpleDelegator.new(SimpleDelegator.new([1])).first }
show("instance variables") { SimpleDelegator.new(1).instance_variables }
class Own < Delegator
  def initialize(x) = super
  def __getobj__ = @mine
  def __setobj__(x)
    @mine = x
  end
end
show("one's own place") { [Own.new([4]).first, Own.new(5) + 1] }
Text = DelegateClass(String) do
  def shout = upcase + "!"
end
show("block of DelegateClass") { [Text.new("a").shout, Text.new("b").to_s, Text.new("c") == "c", Text.public_method_defined?(:upcase)] }
