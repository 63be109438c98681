# Classes, modules, visibility, super, hooks.
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message.lines.first.chomp.gsub(/0x\h+/, "XX")}"
end
class Animal
  attr_reader :name
  attr_accessor :age
  LEGS = 4
  @@count = 0
  @registry = []
  class << self
    attr_reader :registry
    def create(...) = new(...)
    private def hidden = 1
  end
  def self.inherited(sub)
    super
    (@subs ||= []) << sub.name
  end
  def self.subs = @subs
  def initialize(name, age: 1)
    @name = name
    @age = age
    @@count += 1
  end
  def self.count = @@count
  def <=>(other) = age <=> other.age
  include Comparable
  def to_s = "#{self.class}(#{@name})"
  def speak(loud = false) = loud ? "NOISE" : "noise"
  def legs = LEGS
  protected def secret = 42
  private
  def hidden = :h
  public
  def peek(other) = other.secret
  def call_hidden = [hidden, self.hidden]
end
class Dog < Animal
  LEGS = 3
  def initialize(name, breed = "mutt", **)
    super(name, **)
    @breed = breed
  end
  def speak(loud = true) = "Woof " + super
  def legs2 = LEGS
end
class Puppy < Dog
  def speak(loud = false)
    loud = true
    super
  end
end
d = Dog.new("Rex", age: 3)
t("to_s") { [d.to_s, "#{d}", d.age, d.name] }
t("super") { [d.speak, d.speak(false), Puppy.new("P").speak] }
t("constants") { [d.legs, d.legs2, Dog::LEGS, Animal::LEGS] }
t("count") { [Animal.count, Dog.count] }
t("subs") { Animal.subs }
t("registry") { [Animal.registry, Dog.registry] }
t("create") { Dog.create("X", "y", age: 9).age }
t("compare") { [d > Animal.new("a"), [d, Animal.new("b", age: 1)].min.name, d.between?(d, d), d.clamp(d, d).name] }
t("protected") { d.peek(Animal.new("z")) }
t("protected outside") { d.secret }
t("private") { d.hidden }
t("private self") { d.call_hidden }
t("private class") { Animal.hidden }
t("ancestors") { Dog.ancestors.take(3) }
t("superclass") { [Dog.superclass, Class.superclass, BasicObject.superclass] }
t("is_a") { [d.is_a?(Animal), d.kind_of?(Comparable), d.instance_of?(Animal), Dog < Animal, Animal <= Animal, Animal < Dog, Dog <=> Animal, String < Animal] }
t("respond_to") { [d.respond_to?(:speak), d.respond_to?(:hidden), d.respond_to?(:hidden, true)] }
t("instance variables") { [d.instance_variables, d.instance_variable_get(:@breed), d.instance_variable_defined?(:@zz)] }
t("methods") { [Dog.instance_methods(false).sort, d.methods.include?(:peek), Animal.private_instance_methods(false).sort] }
t("new wrong") { Animal.new }
module Greeting
  def self.included(base) = base.extend(ClassMethods)
  module ClassMethods
    def greeting(value = nil) = value ? @greeting = value : @greeting
  end
  def greet = "#{self.class.greeting}, #{name}"
end
class Dog
  include Greeting
  greeting "Hi"
end
t("reopened") { d.greet }
module Loud
  def speak(*) = super.upcase + "!"
end
class Puppy; prepend Loud; end
t("prepend") { [Puppy.new("x").speak, Puppy.ancestors.first(2)] }
t("extend") { o = Object.new; o.extend(Module.new { def hi = :hi }); o.hi }
t("module_function") { m = Module.new { module_function; def f = 1 }; m.f }
t("method_missing") do
  k = Class.new do
    def method_missing(name, *args, **opts, &blk) = name.to_s.start_with?("x") ? [name, args, opts, blk&.call] : super
    def respond_to_missing?(name, priv = false) = name.to_s.start_with?("x") || super
  end
  o = k.new
  [o.xa(1, b: 2) { 3 }, o.respond_to?(:xq), o.respond_to?(:q), o.method(:xz).call(5)]
end
t("method_missing super") { Class.new { def method_missing(n, *a) = super; def self.name = "K"; def inspect = "i" }.new.zork rescue $!.class }
t("define_method") { k = Class.new { define_method(:a) { |x, y = 2| [x, y, self.class == k] }; [:b, :c].each { |n| define_method(n) { n } } }; [k.new.a(1), k.new.b, k.new.c] }
t("define_method arity") { Class.new { define_method(:a) { |x| } }.new.a }
t("define_method return") { Class.new { define_method(:a) { return 5 } }.new.a }
t("instance_eval") { o = Object.new; o.instance_eval { @x = 5; def single = @x }; [o.single, o.singleton_methods] }
t("class_eval") { String.class_eval { def shout = upcase + "!" }; "a".shout }
t("singleton def") { o = Object.new; def o.hi = :hi; [o.hi, o.singleton_methods, o.singleton_class.instance_methods(false)] }
t("const_missing") { k = Class.new { def self.const_missing(n) = "missing #{n}" }; k::Foo }
t("const_get") { [Object.const_get(:Dog), Object.const_get("Greeting::ClassMethods"), Dog.const_get(:LEGS), Dog.const_defined?(:Zed), Animal.constants.sort] }
t("const_set") { Animal.const_set(:NEW, 5); Animal::NEW }
t("private_constant") { k = Module.new; k.const_set(:A, 1); k.send(:private_constant, :A); k::A }
t("anonymous name") { k = Class.new; before = k.name; Named = k; [before, k.name, k.to_s] }
t("superclass mismatch") { class Dog < String; end }
t("not a class") { class Greeting; end }
t("alias_method") { class Dog; alias_method :bark, :speak; alias old_to_s to_s; end; [d.bark, d.old_to_s] }
t("remove_method") { class Puppy; def tmp = 1; remove_method :tmp; end; Puppy.new("r").tmp }
t("undef_method") { class Puppy; undef_method :greet; end; Puppy.new("r").greet }
t("method_added") { log = []; Class.new { define_singleton_method(:method_added) { |n| log << n }; def a; end; define_method(:b) {}; attr_reader :c }; log }
t("to_s override") { k = Class.new { def to_s = "custom"; def inspect = "insp" }; ["#{k.new}", k.new.inspect, [k.new].inspect] }
t("==") { k = Class.new { attr_reader :v; def initialize(v) = @v = v; def ==(o) = o.is_a?(self.class) && v == o.v; alias eql? ==; def hash = v.hash }; [k.new(1) == k.new(1), k.new(1) != k.new(2), { k.new(1) => 1 }[k.new(1)], [k.new(1), k.new(1)].uniq.size] }
t("dup clone") { o = Object.new; def o.s = 1; o.instance_variable_set(:@a, [1]); c = o.clone; e = o.dup; c.instance_variable_get(:@a) << 2; [c.s, e.respond_to?(:s), o.instance_variable_get(:@a), o.freeze.clone.frozen?, o.dup.frozen?] }
t("initialize_copy") { k = Class.new { attr_reader :a; def initialize = @a = [1]; def initialize_copy(o) = @a = o.a.dup }; x = k.new; y = x.dup; y.a << 2; x.a }
t("frozen") { o = Animal.new("f").freeze; o.age = 4 }
t("class variables") { [Animal.class_variables, Animal.class_variable_get(:@@count) > 3, Dog.class_variable_defined?(:@@count)] }
t("module constants") { module Outer; X = 1; module Inner; def self.x = X; end; class Deep; def x = X; end; end; [Outer::Inner.x, Outer::Deep.new.x] }
t("compact nesting") { module Outer::Late; def self.x = X; end; Outer::Late.x }
t("Module.nesting") { module Outer; module Inner; N = Module.nesting; end; end; Outer::Inner::N }
t("instance_method bind") { Animal.instance_method(:speak).bind(d).call }
t("super_method") { d.method(:speak).super_method.call }
t("allocate") { Animal.allocate.name }
t("nested class") { class Outer::Klass; def self.name2 = name; end; Outer::Klass.name2 }
t("class reopening builtin") { class Integer; def double = self * 2; end; 4.double }
t("self in class") { class Dog; S = self; end; Dog::S }
t("visibility list") { class Dog; def v1 = 1; def v2 = 2; private :v1, :v2; public :v2; end; [d.v2, d.respond_to?(:v1)] }
t("inherited private") { class Dog; private :peek; end; d.peek(d) }
t("inherited private super") { Animal.new("q").peek(d) }
t("attr_writer private") { k = Class.new { private attr_accessor :z; def set = (self.z = 4; z) }; k.new.set }
t("instance_variable_set") { o = Object.new; o.instance_variable_set("@q", 1); o.remove_instance_variable(:@q) }
t("object inspect") { Object.new.inspect.sub(/0x\h+/, "XX") }
t("object inspect ivars") { Animal.new("i").inspect.sub(/0x\h+/, "XX") }
t("main") { [self.to_s, self.inspect, self.class] }
t("singleton_class") { [Dog.singleton_class.inspect, Dog.singleton_class?, Dog.singleton_class.singleton_class?] }
t("comparable failed") { d < 5 }
t("abstract") { raise NotImplementedError, "#{self.class} must" }
t("class methods via extend self") { m = Module.new { extend self; def f = :ok }; m.f }
t("multiple modules super") do
  a = Module.new { def go = ["a"] + super }
  b = Module.new { def go = ["b"] + super }
  k = Class.new { def go = ["k"] }
  Class.new(k) { include a, b; def go = ["s"] + super }.new.go
end
t("super no method") { Class.new { def zork = super }.new.zork rescue $!.message.sub(/0x\h+/, "XX") }
t("super in class method") { k = Class.new { def self.make(x) = [x] }; Class.new(k) { def self.make(x) = super + [2] }.make(1) }
t("implicit super with block") { k = Class.new { def each = yield(1) }; Class.new(k) { def each = super { |x| x + 5 } }.new.each }
t("implicit super passes block") { k = Class.new { def each = yield(1) }; Class.new(k) { def each = super }.new.each { |x| x + 1 } }
t("super define_method") { k = Class.new { def a(x) = x }; Class.new(k) { define_method(:a) { |x| super(x) + 1 } }.new.a(1) }
t("implicit super define_method") { k = Class.new { def a(x) = x }; Class.new(k) { define_method(:a) { |x| super } }.new.a(1) }
t("instance_variable in class body") { class Dog; @ci = 9; def self.ci = @ci; end; Dog.ci }
t("protected compare") { class Animal; def same?(o) = secret == o.secret; end; d.same?(Puppy.new("t")) }
t("freeze class") { k = Class.new.freeze; k.define_method(:a) {} }
t("private in block") { k = Class.new { private; [:a].each { |n| define_method(n) { 1 } }; public; def b = 2 }; [k.private_instance_methods(false), k.new.b] }
t("private def in block") { k = Class.new; k.class_eval { private; 1.times { def zz = 1 } }; k.private_instance_methods(false) }
