require "erb"

def show(text, **options)
  template = ERB.new(text, **options)
  p template.result
rescue SyntaxError
  puts "SyntaxError"
rescue StandardError => error
  puts "#{error.class}: #{error.message}"
end

texts = [
  "plain", "", "a\nb\n", "a <%= 1 + 2 %> b\n", "<% 3.times do |i| %>\n* <%= i %>\n<% end %>\n",
  "  <% if true %>\n  yes\n  <% end %>\nrest", "<%# comment %>\nx", "<%# two\nlines %>y", "<%%= raw %%>\n<%= '%%>' %>",
  "<%% x %>\n<%= 1 %>\n", "a %> b\n", "a %%> b", "é <%= \"ü\" %> \#{1} \#$0 \"quoted\" 'single' \\ back\t\r\n",
  "<%=\n1\n%>\n<%\nx = 2\n%>\n<%= x %>", "x<%= 1 %>\r\ny<% %>\r\nz", "<%- 1 -%>\n", "  <%- x = 1 -%>\n  <%= x -%>\ny\n",
  "a  <%- 1 %> b", "<%= 1 %>  <%- 2 -%>\nq", "<% 1 -%>\r\nz", "-%> text", "a\n-%>\nb", "<%= 'a-%>' %>",
  "% x = 3\n<%= x %>\n%% kept\n  % not\n", "%\n%%\n% if true\nin\n% end\nout", "<%\n% y\n%>", "% 2.times do |i|\n<%= i %>\n% end\n",
  "<%= 1 %>\n\n<%= 2 %>\n", "a<%= 1 %>\n<%= 2 %>b\n<%= 3 %>\n", "<%= nil %>|<%= :a %>|<%= [1, 2] %>", "<% # hidden %>gone\nseen",
  "<%== 1 %>", "<%=1%><%=2%>", "<% unless false then %>u<% end %>", "<%", "<%= 1", "x <%= raise 'no' %>", "<%= nothing %>",
]
texts.each do |text|
  puts text.inspect
  [nil, "-", ">", "<>", "%", "%-", "%>", "%<>", "<>%", 0, 1, 2].each { |mode| show(text, trim_mode: mode) }
end

puts ERB.new("a <%= 1 %>\n\#{b} \"é\"\n<% x %>\n<%# c\n %>", trim_mode: "-").src
puts ERB.new("a\n% b\n<%= c %>\n", trim_mode: "%<>", eoutvar: "@out").src
p ERB.new("a <%= @out.size %>", eoutvar: "@out").result
p ERB.new("x <%= a + b %>").result_with_hash(a: 1, "b" => 2)
["a b", :A, 1].each do |name|
  ERB.new("x").result_with_hash(name => 1)
rescue StandardError => error
  puts "#{error.class}: #{error.message.sub(/0x\h+/, "0x")}"
end
begin
  ERB.new(nil)
rescue NoMethodError => error
  puts error.message
end
ERB.new("run <%= 2 %>\n").run
template = ERB.new("one\n<%= __LINE__ %> <%= __FILE__ %>\n<% raise 'x' %>")
begin
  template.result
rescue => error
  puts error.backtrace.first
end
p [template.filename, template.lineno]
template.filename = "views/a.erb"
template.lineno = 10
begin
  template.result
rescue => error
  puts error.backtrace.first
end
template.location = ["b.erb", 3]
p template.filename, template.lineno
p ERB.new("<%= self.to_s %> <%= defined?(x).inspect %>").result
p ERB::Util.html_escape("<a href='x'>&\"</a>"), ERB::Util.url_encode("a b/ü")
