# Small classes of the standard library.
require "pathname"
require "singleton"
require "forwardable"
require "stringio"
require "monitor"
require "timeout"
def t(label)
  puts "#{label}: #{yield.inspect}"
rescue Exception => e
  puts "#{label}: #{e.class}: #{e.message}"
end
t("join") { [File.join("a", "b"), File.join("a/", "/b"), File.join("a", ["b", ["c"]]), File.join, File.join("", "a"), File.join("a//", "b")] }
t("basename") { [File.basename("/a/b.rb"), File.basename("/a/b.rb", ".rb"), File.basename("a.tar.gz", ".*"), File.basename("/"), File.basename(""), File.basename("a/")] }
t("dirname") { [File.dirname("/a/b/c"), File.dirname("a"), File.dirname("/"), File.dirname("/a"), File.dirname("a/b/"), File.dirname("/a/b/c", 2)] }
t("extname") { [File.extname("a.rb"), File.extname(".bashrc"), File.extname("a.b.c"), File.extname("a"), File.extname("a.")] }
t("split") { File.split("/a/b.c") }
t("expand") { [File.expand_path("/a/../b/./c"), File.expand_path("x", "/a/b"), File.expand_path("../x", "/a/b")] }
t("pathname") { pn = Pathname.new("/app/db"); [pn.join("migrate", "x.rb"), pn + "..", pn / "a/../b", pn.basename, pn.dirname, pn.to_s, "#{pn}", pn == Pathname.new("/app/db"), pn.join("/abs").to_s, Pathname("a").join("..").to_s, Pathname("a/b.rb").extname] }
class Config
  include Singleton
  attr_accessor :v
end
t("singleton") { Config.instance.v = 1; [Config.instance.v, Config.instance.equal?(Config.instance)] }
t("singleton new") { Config.new }
class Q
  extend Forwardable
  def_delegators :@a, :size, :<<, :first
  def_delegator :@a, :join, :to_text
  def initialize = @a = []
end
t("forwardable") { q = Q.new; q << 1 << 2; [q.size, q.first, q.to_text("-")] }
t("stringio") { io = StringIO.new; io.puts "a", [1, [2]]; io.print "x", 1; io << "y" << 2; io.write("z"); io.printf("%d", 3) rescue 0; io.string }
t("stringio read") { io = StringIO.new("a\nb\nc"); [io.gets, io.read, io.gets, io.eof?, io.rewind, io.each_line.to_a] }
t("stdout") { old = $stdout; $stdout = StringIO.new; puts "hidden"; print 1; p :x; s = $stdout.string; $stdout = old; s }
t("mutex") { m = Mutex.new; [m.synchronize { m.locked? }, m.locked?, Monitor.new.synchronize { 1 }] }
t("mutex twice") { m = Mutex.new; m.synchronize { m.synchronize { 1 } } }
t("thread current") { Thread.current[:x] = 5; [Thread.current[:x], Thread.current[:y]] }
t("env") { [ENV["MAGLEV_NEVER_SET"], ENV.fetch("MAGLEV_NEVER_SET", "d"), ENV.fetch("MAGLEV_NEVER_SET") { |k| k.size }, ENV.key?("MAGLEV_NEVER_SET")] }
t("env set") { ENV["MAGLEV_X"] = "1"; r = [ENV["MAGLEV_X"], ENV.delete("MAGLEV_X"), ENV["MAGLEV_X"]]; r }
t("env fetch") { ENV.fetch("MAGLEV_NEVER_SET") }
t("puts") { puts nil, [], [nil], [[], 1], "a\n", :s; print "a", "b\n"; p; p 1, 2; puts }
t("pp") { pp({ a: 1 }) }
t("warn") { warn "to stderr" }
t("format") { [format("%05d|%x|%s|%-3s|%.2f|%%", 3, 255, :a, "b", 1.5), sprintf("%<a>d %{b}", a: 1, b: 2)] }
t("Array()") { [Array(nil), Array([1]), Array(1..3), Array("a"), Array({ a: 1 })] }
t("String()") { [String(5), String(nil), Hash(nil), Hash([]), Integer("0x1f", 16), Float("1.5")] }
t("require") { require "nothing_of_this_name" }
t("object_id") { [1.object_id, nil.object_id, true.object_id, :a.object_id == :a.object_id] }
t("methods") { [5.respond_to?(:+), Object.new.methods.size > 40, 5.methods.include?(:abs)] }
t("freeze") { [:a.frozen?, "a".dup.frozen?, [1].freeze.frozen?, 5.frozen?, nil.frozen?, (1..2).frozen?, Object.new.frozen?] }
t("nil methods") { [nil.to_a, nil.to_s, nil.to_i, nil.inspect, nil & 1, nil | 1, nil.to_h, nil == false] }
t("true methods") { [true & 1, true ^ true, false ^ true, true.to_s, !true, true && 1] }
t("Comparable") { [5.clamp(1, 3), 5.clamp(..3), 0.clamp(1..), 2.between?(1, 3)] }
t("sleep") { sleep 0 }
t("caller") { def who = caller(1, 1).first[/in .*/]; who }
t("method missing on nil") { nil.foo }
t("itself") { [1, 1, 2].group_by(&:itself) }
t("instance_variable_get bad") { 5.instance_variable_get("x") }
t("Enumerator") { e = Enumerator.new { |y| y << 1; y.yield 2, 3; :done }; [e.to_a, e.next, e.peek, e.size, e.lazy.map { |x| x }.first(1)] }
t("external") { e = [1, 2, 3].map; e.with_index { |x, i| x * i } }
t("to_enum") { o = Object.new; def o.each_thing(n) = n.times { |i| yield i }; o.to_enum(:each_thing, 3).to_a }
t("each_entry") { %w[a b].each.with_index(1).to_a }
t("Kernel.puts") { Kernel.puts "k" }
t("Set") { require "set"; Set.new([1, 2]).include?(1) }
