# Exceptions: messages, classes, backtraces.
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message}"
end
class AppError < StandardError
  attr_reader :code
  def initialize(msg = "app failed", code: 1)
    super(msg)
    @code = code
  end
end
class Plain < StandardError; end
class Overridden < StandardError; def message = "from message"; end
t("default message") { raise AppError }
t("message") { raise AppError, "m" }
t("keywords") { raise AppError.new("k", code: 7) rescue $!.code }
t("raise keywords") { raise AppError, code: 8 rescue $!.code }
t("plain") { raise Plain }
t("overridden") { raise Overridden }
t("string") { raise "s" }
t("empty raise") { raise }
t("not exception") { raise 5 }
t("not exception class") { raise String }
t("inspect") { [Plain.new, Plain.new("x"), Plain.new(""), AppError.new.inspect, Plain.new(nil).message, Plain.new(5).message] }
t("full") { begin; raise Plain, "x"; rescue => e; e.full_message(highlight: false); end }
t("==") { [Plain.new("a") == Plain.new("a"), Plain.new("a") == Plain.new("b"), Plain.new("a") == AppError.new("a")] }
t("exception") { e = Plain.new("a"); [e.exception.equal?(e), e.exception("b").message, e.exception("b").class] }
t("cause") { begin; begin; raise "a"; rescue; raise Plain, "b"; end; rescue => e; [e.cause.message, e.cause.cause]; end }
t("cause given") { begin; raise Plain, "b", cause: RuntimeError.new("z"); rescue => e; e.cause.message; end }
t("cause nil") { begin; begin; raise "a"; rescue; raise Plain, "b", cause: nil; end; rescue => e; e.cause; end }
t("reraise") { begin; begin; raise "a"; rescue => e; raise; end; rescue => f; f.equal?(e); end }
t("rescue class order") { begin; raise KeyError; rescue IndexError; :index; rescue KeyError; :key; end }
t("rescue module") { m = Module.new; k = Class.new(StandardError) { include m }; begin; raise k; rescue m; :module; end }
t("rescue custom ===") { m = Module.new { def self.===(e) = e.message == "hit" }; begin; raise "hit"; rescue m; :hit; end }
t("rescue not class") { begin; raise "x"; rescue "str"; 1; end }
t("rescue Exception only") { begin; raise NotImplementedError, "n"; rescue StandardError; :std; end }
t("hierarchy") { [KeyError, NoMethodError, FloatDomainError, NotImplementedError, LoadError, StopIteration, FrozenError, UncaughtThrowError].map(&:superclass) }
t("name error") { begin; zork; rescue NameError => e; [e.name, e.class, e.receiver.to_s]; end }
t("no method") { begin; 5.zork(1); rescue NoMethodError => e; [e.name, e.receiver, e.args]; end }
t("key error") { begin; { a: 1 }.fetch(:b); rescue KeyError => e; [e.message, e.key, e.receiver]; end }
t("frozen") { begin; "a".freeze << "b"; rescue FrozenError => e; [e.message, e.receiver]; end }
t("stop iteration") { [].each.next }
t("uncaught throw") { begin; throw :x, 1; rescue UncaughtThrowError => e; [e.message, e.tag, e.value]; end }
t("exit") { exit 3 }
t("exit status") { begin; exit 3; rescue SystemExit => e; [e.status, e.success?]; end }
t("exception args") { Plain.new(1, 2) }
t("retry count") { n = 0; begin; n += 1; raise "x" if n < 4; n; rescue; retry; end }
t("ensure runs") { log = []; begin; begin; raise "x"; ensure; log << 1; end; rescue; log << 2; end; log }
t("exception in ensure") { begin; begin; raise "a"; ensure; raise "b"; end; rescue => e; [e.message, e.cause.message]; end }
t("method rescue") { def mr; yield; rescue ArgumentError => e; "r #{e.message}"; else; "else"; ensure; print "[ens]"; end; [mr { raise ArgumentError, "q" }, mr { 1 }] }
t("detailed") { Plain.new("one\ntwo").detailed_message }
t("set_backtrace") { e = Plain.new("x"); e.set_backtrace(["a:1"]); begin; raise e; rescue => f; f.backtrace; end }
t("backtrace nil") { Plain.new.backtrace }
t("messages") { [nil, true, 5, "s", :s, [1], { a: 1 }, 1..2, Object, Comparable, 2.5].map { |v| v.zork rescue $!.message } }
t("private message") { Object.new.puts rescue $!.message.sub(/0x\h+/, "X") }
t("const") { [(Zork rescue $!.message), (String::Zork rescue $!.message), (Comparable::Zork rescue $!.message), (5::Zork rescue $!.message)] }
t("coerce") { [(1 + nil rescue $!.message), (1 + "a" rescue $!.message), ("a" + 1 rescue $!.message), ([1] + 1 rescue $!.message), (nil + 1 rescue $!.message), (Integer("x") rescue $!.message), (Float("x") rescue $!.message), (1 / 0 rescue $!.message), ([3, "a"].sort rescue $!.message)] }
t("arguments") { [([].push rescue $!.message), ([1].first(-1) rescue $!.message), ([].fetch(4) rescue $!.message), ({}.fetch rescue $!.message), (:a.unknown rescue $!.message)] }
def level3 = raise(Plain, "deep")
def level2 = level3
def level1
  level2
end
begin
  level1
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  [1].each do |x|
    { a: 1 }.each { |k, v| level3 }
  end
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
class Tracer
  def self.build = new
  def initialize = helper { raise "in block" }
  def helper
    yield
  end
  define_method(:defined) { raise "defined" }
end
begin
  Tracer.build
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  Tracer.allocate.defined
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  "x".center
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  begin
    raise "a"
  rescue
    raise "b"
  end
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
module Mod
  class Klass
    begin
      raise "x"
    rescue => e
      puts e.backtrace.map { |line| line[/:.*/] }
    end
  end
end
l = lambda do
  raise "lambda"
end
begin
  l.call
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  5.zork
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  "x"
    .upcase
    .zork
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
begin
  level3(
    1,
    2
  )
rescue => e
  puts e.backtrace.map { |line| line[/:.*/] }
end
def kk(a, x:, **) = 1
def kk2(x:, y: 1) = 1
begin; kk2(1, x: 1); rescue => e; p e; end
begin; kk2(1, 2); rescue => e; p e; end
begin; kk(x: 1); rescue => e; p e; end
begin; 1.freeze.instance_variable_set(:@a, 1); rescue => e; p e; end
class FC; end
FC.freeze
begin; FC.const_set(:A, 1); rescue => e; p e; end
begin; class FC; def x; end; end; rescue => e; p e; end
begin; class FC; @x = 1; end; rescue => e; p e; end
begin; def FC.foo; end; rescue => e; p e; end
module FM; end; FM.freeze
begin; module FM; def x; end; end; rescue => e; p e; end
begin; Class.new(Class) ; rescue => e; p e; end
def foo
  x = 1
  bar(
   2)
rescue => e
  raise "z"
end
def bar(x)
  raise "q"
end
begin
  foo
rescue => e
  puts e.backtrace
  puts e.full_message(highlight: false).inspect
end
