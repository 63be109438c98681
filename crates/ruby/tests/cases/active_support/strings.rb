def t
  p yield
rescue => e
  puts "#{e.class}: #{e.message}"
end
t { "  foo   bar \n\t boo ".squish }; t { "\u00a0a\u3000b".squish }; t { (+" a ").squish! }; t { "a".squish }; t { "foo bar test".remove(" test", /bar/) }; t { (+"ab").remove!("a") }; t { "foo".remove }
t { "Once upon a time in a world".truncate(20) }; t { "Once upon a time".truncate(12, separator: " ") }; t { "Once upon".truncate(8, omission: "…") }; t { "short".truncate(9) }; t { "Once upon a time".truncate(12, separator: /\s/) }; t { "日本語日本語".truncate(4) }; t { "a b c d".truncate_words(2) }; t { "a-b-c".truncate_words(2, separator: "-") }; t { "a b c".truncate_words(2, omission: "!") }; t { "a b".truncate_words(5) }; t { "あいうえお".truncate_bytes(10) }; t { "abc".truncate_bytes(10) }; t { "abcdef".truncate_bytes(2) }
t { "foo\n  bar\n\n".indent(2) }; t { "foo".indent(2, "-") }; t { "\tfoo\nbar".indent(1) }; t { "foo\n\nbar".indent(2, nil, true) }; t { (+"a").indent!(1) }; t { "    a\n      b\n    c\n".strip_heredoc }; t { "a\n b".strip_heredoc }; t { "\n  x\n\n  y\n".strip_heredoc }
t { "hello".at(0) }; t { "hello".at(1..2) }; t { "hello".from(2) }; t { "hello".from(9) }; t { "hello".to(2) }; t { "hello".to(-2) }; t { "hello".to(-9) }; t { "hello".first }; t { "hello".first(3) }; t { "hello".last(3) }; t { "hello".last }; t { "hello".first(0) }; t { "hello".first(-1) }; t { "hello".last(9) }; t { "hello".exclude?("x") }; t { "hello".starts_with?("h") }; t { "hello".ends_with?("lo", "x") }; t { :hello.starts_with?("h") }; t { "a".html_safe }; t { "<b>".html_safe.class.name.size > 0 }
e = "production".inquiry
t { e.production? }; t { e.test? }; t { e == "production" }; t { "#{e}!" }; t { e.class }; t { e.respond_to?(:foo?) }; t { e.nope }; t { e.upcase }; t { e.length }; t { "production" == e }; t { e.is_a?(String) }; t { case e when "production" then 1 end }; t { { "production" => 1 }[e] }; t { e + "x" }; t { e =~ /prod/ }; t { e.to_sym }; t { e.inspect }; t { [e].include?("production") }
t { "".blank? }; t { " \n\u3000".blank? }; t { "a".present? }; t { " ".presence }; t { "a".presence }; t { nil.blank? }; t { false.present? }; t { 0.blank? }; t { [].blank? }; t { {}.presence }; t { [nil].present? }; t { :a.blank? }; t { Object.new.blank? }; t { true.presence }; t { 1.5.present? }; t { Set.new.blank? }; t { (1..0).blank? }; t { Class.new { def empty? = true }.new.blank? }; t { Class.new { def blank? = true }.new.presence }; t { Struct.new(:a).new(1).present? }
t { 1.try(:+, 2) }; t { nil.try(:foo) }; t { "a".try(:nope) }; t { "a".try(:upcase) }; t { "a".try { |x| x * 2 } }; t { "a".try { upcase } }; t { "a".try!(:nope) }; t { nil.try!(:x) }; t { { a: 1 }.try(:[], :a) }; t { [1, 2].try(:map) { |x| x * 2 } }; t { "abc".try(:sub, "b", "x") }
t { 1.in?([1, 2]) }; t { 1.in?(1..3) }; t { "a".in?("abc") }; t { 1.in?(5) }; t { 1.presence_in([1]) }; t { 3.presence_in([1]) }
t { "a b&c".to_query("k y") }; t { { a: 1, b: [1, 2] }.to_query }; t { { a: { b: 1 }, c: nil }.to_query }; t { [1, 2].to_query("x") }; t { {}.to_query }; t { { "b" => 2, "a" => 1 }.to_param }; t { [1, "a", nil].to_param }; t { nil.to_param }; t { true.to_param }; t { { a: [] }.to_query }; t { { name: "David", nationality: "Danish" }.to_query("user") }; t { :a.to_param }
t { [1, [2, { a: "x" }]].deep_dup }; t { h = { a: { b: [1] } }; d = h.deep_dup; d[:a][:b] << 2; h }; t { "a".deep_dup.frozen? }; t { 5.deep_dup }; t { nil.duplicable? }; t { Object.new.instance_values }; t { o = Object.new; o.instance_variable_set(:@a, 1); o.instance_values }
class Conf; attr_accessor :level, :name; def initialize = (@level = 1; @name = "n"); end
t { c = Conf.new; c.with(level: 5) { |x| p x.level }; c.level }
class Form
  def field(name, **opts) = p([name, opts])
  def other(*args, **kw) = p([args, kw])
end
t { Form.new.with_options(class: "a", data: { x: 1 }) { |f| f.field :n; f.field :m, class: "b", data: { y: 2 }; f.other 1, 2, z: 3 }; nil }; t { Form.new.with_options(a: 1) { field :implicit }; nil }; t { Form.new.with_options(a: 1).field(:chained); nil }
