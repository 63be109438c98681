require "delegate"

def show(what)
  puts "#{what}: #{yield.inspect}"
rescue StandardError => e
  puts "#{what}: #{e.class}: #{e.message}"
end

d = SimpleDelegator.new([3, 1])
show("object") { d }
show("to_s") { [d.to_s, "#{d}"] }
show("class") { [d.class, d.is_a?(Array), d.is_a?(SimpleDelegator), Array === d, d.nil?] }
show("sent") { [d.size, d.sort, d.map { |x| x + 1 }, d.first(1), d.dig(0)] }
show("equal") { [d == [3, 1], d == d, d != [3, 1], d.eql?(d), d.eql?([3, 1]), [3, 1] == d.__getobj__, !d] }
show("hash") { d.hash == [3, 1].hash }
show("respond") { [d.respond_to?(:size), d.respond_to?(:nope), d.methods.include?(:size)] }
show("missing") { d.nope }
show("private") { SimpleDelegator.new("a").puts("x") }
d.__setobj__("text")
show("set") { [d.upcase, d.__getobj__, d + "!"] }
show("itself") { d.__getobj__.equal?(d.dup.__getobj__) }
show("not set") { SimpleDelegator.allocate.foo }
show("nil") { [SimpleDelegator.new(nil).nil?, SimpleDelegator.new(nil) == nil, SimpleDelegator.new(nil).to_a] }

class Shout < SimpleDelegator
  def name = "#{super}!"
  def twice = name * 2
end
Person = Struct.new(:name, :age)
shout = Shout.new(Person.new("ann", 3))
show("decorated") { [shout.name, shout.twice, shout.age, shout.class] }
shout.age = 4
show("written") { shout.__getobj__.age }
show("keywords") { SimpleDelegator.new(Class.new { def go(a, b: 2) = [a, b] }.new).go(1, b: 3) }

class Names < DelegateClass(Array)
  def initialize = super([])
  def add(name) = push(name)
end
names = Names.new
names.add("x")
show("DelegateClass") { [names.size, names.first, names == ["x"], Names.instance_methods.include?(:push), Names.superclass.superclass] }
show("DelegateClass missing") { names.nope }
