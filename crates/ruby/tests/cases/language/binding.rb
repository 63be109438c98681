require "erb"

def told
  yield
rescue StandardError => error
  puts "#{error.class}: #{error.message.sub(/0x\h+/, "0x")}"
end

x = 1
b = binding
y = 2
p b.local_variable_get(:x), b.local_variable_get("y"), b.local_variable_defined?(:later), b.local_variable_defined?(:never)
b.local_variable_set(:x, 5)
p x
b.local_variable_set(:made, 7)
p b.local_variable_get(:made), b.local_variables.first(2), binding.local_variable_defined?(:made)
told { b.local_variable_get(:nothing) }
told { b.local_variable_get("A") }
told { b.local_variable_set("a b", 1) }
told { b.local_variable_get(1) }
told { Binding.new }
p b.receiver.equal?(self), b.class, b.source_location
later = 3
p b.local_variable_get(:later)

class Report
  attr_reader :title

  def initialize(title)
    @title = title
  end

  def render(items, *rest, wide: false, &block)
    total = items.sum
    items.each do |item|
      inner = item * 2
      return ERB.new("<%= title %> <%= @title %> <%= items.size %> <%= item %>/<%= inner %> <%= total %> <%= wide %> <%= rest.inspect %> <%= block.call(item) %> <%= secret %>").result(binding)
    end
  end

  def twice
    template = ERB.new("<% count = (count || 0) + 1 %><%= count %>")
    own = binding
    [template.result(own), template.result(own), template.result(binding), own.local_variables, own.local_variable_get(:count)]
  end

  def yields
    ERB.new("[<%= yield 3 %>]").result(binding)
  end

  def returns
    ERB.new("<% return 9 %>").result(binding)
    1
  end

  def names(a, b = 2, *c, d, e: 5, **f, &g)
    h = 1
    [1].each { |i| j = 2; p local_variables; p binding.local_variables }
    p local_variables
  end

  def binds
    binding
  end

  private

  def secret
    "s"
  end
end

report = Report.new("T")
puts report.render([1, 2], :r, wide: true) { |item| item + 10 }
p report.twice
puts report.yields { |n| n * 2 }
p report.returns
report.names(1, 2)
p report.binds.receiver.title
told { ERB.new("<%= title %>").result("text") }
told { ERB.new("<%= title %>").result(report) }
told { ERB.new("<%= absent %>").result(report.binds) }
told { ERB.new("<%= title.nothing %>").result(report.binds) }

counter = 0
block = proc { |z| counter += z }
p block.binding.local_variable_get(:counter)
ERB.new("<% counter += 10 %>").result(block.binding)
p counter
told { :upcase.to_proc.binding }
copy = b.dup
copy.local_variable_set(:only_copy, 1)
p b.local_variable_defined?(:only_copy), copy.local_variable_defined?(:only_copy), copy.local_variable_get(:x)

def raises
  ERB.new("a\n<% [1].each do |i| %>\n<% raise 'deep' %>\n<% end %>").result(binding)
end
begin
  raises
rescue => error
  puts error.backtrace.first(3).map { |line| line.sub(/:in .*/) { |m| m.tr("`", "'") } }
end

for i in [1, 2]
  k = i * 2
  puts ERB.new("<%= i %>-<%= k %>").result(binding)
end
1.then { puts ERB.new("<%= x %> <%= [1, 2].map { |v| v + x }.inspect %> <% x = 9 %>").result(binding) }
p x
items = [1, 2].map { |n| ERB.new("<%= n %><% n = 5 %><%= n %>").result(binding) }
p items
p [3].map { ERB.new("<%= _1 %>").result_with_hash(_1: 1) rescue 0 }
value = [1, [2, 3]].each_with_object([]) { |(a, bb), all| all << ERB.new("<%= a.inspect %>").result(binding) }
p value
puts ERB.new("<% def helper; 'h'; end %><%= helper %>").result(report.binds)
p report.helper
puts ERB.new("<%= A_CONSTANT = 3 %>").result(binding), A_CONSTANT
