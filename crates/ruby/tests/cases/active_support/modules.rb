def t
  p yield
rescue => e
  puts "#{e.class}: #{e.message}"
end
class Greeter; def hello(name = "x", punct: "!") = "hello #{name}#{punct}"; def bye = "bye"; attr_accessor :mood; end
class Foo
  delegate :hello, :bye, to: :greeter
  delegate :mood, :mood=, to: :greeter, prefix: true
  delegate :bye, to: :greeter, prefix: :my
  delegate :size, to: :@list, allow_nil: true
  delegate :upcase, to: :nothing
  delegate :length, to: :nothing, allow_nil: true
  delegate :table, to: :class
  delegate :pi, to: "self.class"
  delegate :bye, to: :greeter, prefix: :hidden, private: true
  def self.table = "foos"
  def self.pi = 3
  def greeter = @greeter ||= Greeter.new
  def nothing = nil
end
f = Foo.new
t { f.hello }; t { f.hello("bob", punct: "?") }; t { f.bye }; t { f.greeter_mood = 5; f.greeter_mood }; t { f.my_bye }; t { f.size }; t { f.upcase }; t { f.length }; t { f.table }; t { f.pi }; t { f.hidden_bye }; t { f.send(:hidden_bye) }; t { class Foo; delegate :x; end }; t { Foo.delegate(:a, :b, to: :greeter, prefix: :q) }
class Wrapper; delegate_missing_to :@inner; def initialize(i) = @inner = i; end
t { Wrapper.new([1, 2]).size }; t { Wrapper.new([1]).respond_to?(:push) }; t { Wrapper.new([1]).nope }; t { Wrapper.new(nil).foo }; t { Wrapper.new([3, 4]).map { |x| x + 1 } }
module Settings
  mattr_accessor :level, default: 3
  mattr_accessor :names, default: []
  mattr_reader(:computed) { 40 + 2 }
  mattr_writer :hidden
  cattr_accessor :other, instance_writer: false
end
t { Settings.level }; t { Settings.level = 9; Settings.level }; t { Settings.names << 1; Settings.names }; t { Settings.computed }; t { Settings.computed = 1 }; t { Settings.hidden = 5 }; t { Settings.hidden }; t { Class.new { include Settings }.new.level }; t { Class.new { include Settings }.new.respond_to?(:other=) }; t { Settings.class_variable_get(:@@level) }; t { module Settings; mattr_accessor "1a"; end }
class Base
  class_attribute :setting, default: 1
  class_attribute :opts, instance_writer: false, instance_predicate: false
  class_attribute :ro, instance_accessor: false
end
class Child < Base; end
t { Child.setting }; t { Child.setting = 2; [Base.setting, Child.setting] }; t { Base.new.setting }; t { b = Base.new; b.setting = 7; [b.setting, Base.setting] }; t { Child.setting? }; t { Base.new.setting? }; t { Base.opts }; t { Base.new.opts = 1 }; t { Base.opts? }; t { Base.new.ro }; t { Base.ro = 4; Child.ro }; t { Base.setting = 10; Child.setting }
module Taggable
  extend ActiveSupport::Concern
  included { attr_accessor :tags; @tagged = true; class << self; attr_reader :tagged; end }
  class_methods do
    def tag_limit = 5
  end
  def tag!(x) = (self.tags ||= []) << x
end
module Deep
  extend ActiveSupport::Concern
  include Taggable
  included { p [:deep_included, self] }
  module ClassMethods; def deep = :yes; end
end
class Post; include Taggable; end
class Page; include Deep; end
t { Post.tag_limit }; t { Post.new.tag!(1) }; t { Post.tagged }; t { Page.tag_limit }; t { Page.deep }; t { Page.new.tag!(2) }; t { Page.include?(Taggable) }; t { Page.ancestors.take(3) }
t { module Bad; extend ActiveSupport::Concern; included { 1 }
 included { 2 }; end }
module Outer; module Inner; class Leaf; end; end; end
t { Outer::Inner::Leaf.module_parent }; t { Outer::Inner::Leaf.module_parent_name }; t { Outer::Inner::Leaf.module_parents }; t { Outer.module_parent }; t { Outer.module_parent_name }
t { ActiveSupport.on_load(:thing) { p self }; ActiveSupport.run_load_hooks(:thing, Outer); nil }; t { ActiveSupport.on_load(:thing, yield: true) { |x| p [:y, x] }; nil }
t { ActiveSupport::Notifications.instrument("a.b", x: 1) { |pl| pl[:x] } }; t { ActiveSupport::Notifications.instrument("a.b") { 5 } }
t { Foo.redefine_method(:bye) { "re" }; Foo.new.bye }
class Al; attr_accessor :title; def title? = !!title; alias_attribute :subject, :title; end
t { x = Al.new; x.subject = 1; [x.title, x.subject, x.subject?] }; t { Class.new.anonymous? }; t { Al.anonymous? }
class Host
  concerning :Extra do
    included { attr_accessor :extra }
    class_methods { def from_extra = 1 }
    def more = 2
  end
end
t { [Host.from_extra, Host.new.more, Host::Extra] }; t { (1..3).overlaps?(3..4) }; t { (1..2).to_fs }; t { (1..2).to_fs(:db) }; t { ("a".."c").to_fs(:db) }; t { ("a"..).to_fs(:db) }
