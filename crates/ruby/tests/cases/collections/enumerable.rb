def t
  p yield
rescue => e
  puts "#{e.class}: #{e.message}"
end
class Numbers
  include Enumerable
  def initialize(*n) = @n = n
  def each
    return enum_for(:each) unless block_given?
    @n.each { |x| yield x }
    self
  end
end
class Pairs
  include Enumerable
  def each
    yield 1, 2
    yield 3
    yield
  end
end
n = Numbers.new(3, 1, 2)
t { n.map { |x| x + 1 } }; t { n.to_a }; t { n.sort }; t { n.first }; t { n.first(2) }; t { n.min }; t { n.max }; t { n.sum }; t { n.include?(2) }; t { n.inject(:+) }; t { n.reduce { |a, b| a * b } }; t { n.each_slice(2).to_a }; t { n.each_cons(2).to_a }; t { n.each_with_index.to_a }; t { n.each_with_object([]) { |x, a| a << x } }; t { n.select(&:odd?) }; t { n.reject(&:odd?) }; t { n.partition(&:odd?) }; t { n.group_by(&:odd?) }; t { n.find { |x| x < 3 } }; t { n.find_index(1) }; t { n.find_index { |x| x == 2 } }; t { n.take(2) }; t { n.take_while { |x| x > 2 } }; t { n.drop(1) }; t { n.drop_while { |x| x > 2 } }; t { n.zip([4, 5, 6]) }; t { n.tally }; t { n.to_h { |x| [x, 1] } }; t { n.to_set }; t { n.uniq }; t { n.sort_by { |x| -x } }; t { n.min_by { |x| -x } }; t { n.minmax }; t { n.entries }; t { n.lazy.map { |x| x * 2 }.to_a }; t { n.each_entry.to_a }; t { n.reverse_each.to_a }; t { n.cycle.first(4) }; t { n.chunk_while { |a, b| b == a + 1 }.to_a }; t { n.flat_map { |x| [x] * x } }; t { n.filter_map { |x| x * 2 if x > 1 } }; t { n.all? { |x| x > 0 } }; t { n.any?(3) }; t { n.none? }; t { n.one? { |x| x == 1 } }; t { n.count }; t { n.count(1) }; t { n.compact }; t { n.each.next }; t { n.chain([9]).to_a }; t { (n.each + [7]).to_a }; t { n.detect { |x| x > 5 } }; t { n.find(-> { :none }) { |x| x > 5 } }; t { n.member?(9) }; t { n.grep(1..2) }; t { n.grep_v(1..2) { |x| x * 10 } }; t { n.inject(:nope) }; t { n.to_a.frozen? }; t { n.each_with_index { |x, i| print x, i } .class }
t { Pairs.new.to_a }; t { Pairs.new.map { |x| x } }; t { Pairs.new.map { |x, y| [x, y] } }; t { Pairs.new.each_with_index.to_a }; t { Pairs.new.select { |x| x } }; t { Pairs.new.group_by { |x| x } }; t { Pairs.new.each_entry.to_a }; t { Pairs.new.first }; t { Pairs.new.include?([1, 2]) }; t { Pairs.new.each_slice(2).to_a }; t { Pairs.new.count }; t { Pairs.new.find { |x| x == 3 } }; t { Pairs.new.sort_by { |x| x.to_s } }; t { Pairs.new.inject { |a, b| [a, b] } }; t { Pairs.new.each_with_object([]) { |x, m| m << x } }; t { Pairs.new.zip([1, 2, 3]) }; t { Pairs.new.take_while { true } }
e = [1, 2, 3].each
t { e.next }; t { e.peek }; t { e.next }; t { e.next }; t { e.next }; t { e.rewind.next }; t { e.size }; t { e.inspect }
t { Enumerator.new { |y| y << 1 << 2; y.yield 3, 4 }.to_a }; t { fib = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }; fib.first(10) }; t { fib = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }; fib.lazy.select(&:even?).first(5) }; t { fib = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }; [fib.next, fib.next, fib.next, fib.take(4)] }; t { Enumerator.produce(1) { |x| x * 2 }.take(5) }; t { Enumerator.new(3) { }.size }; t { Enumerator.new }; t { loop { raise StopIteration, "done" } }; t { e = [1].each; loop { p e.next }; :end }; t { [1, 2].each.with_index(1).to_a }; t { [1, 2].map.with_index { |x, i| x * i } }; t { [1, 2].each_with_index.map { |x, i| x * i } }; t { [1, 2].select.with_index { |x, i| i == 0 } }; t { %w[a b].each.with_object(:m).to_a }; t { [4, 5].each_with_index.with_index(10).to_a }; t { "ab".each_char.with_index.to_a }; t { 3.times.to_a }; t { 3.times.map { |i| i } }; t { 1.upto(3).to_a }; t { 5.downto(3).map { |x| x } }; t { [3, 1].each.sort }; t { [1, 2, 3].each_entry }; t { [1, 2].each.with_index }; t { "a".each_char.size }; t { loop.size }; t { [1, 2].each_slice(2).inspect }; t { (1..3).each_entry.inspect }
t { (1..Float::INFINITY).lazy.map { |x| x * 2 }.reject(&:odd?).take(2).to_a }; t { (1..20).lazy.select(&:even?).map { |x| x * 3 }.first(2) }; t { (1..3).lazy }; t { (1..3).lazy.map { }.inspect }; t { (1..4).lazy.take_while { |x| x < 3 }.to_a }; t { (1..4).lazy.drop_while { |x| x < 3 }.to_a }; t { (1..4).lazy.drop(2).force }; t { (1..3).lazy.flat_map { |x| [x, x] }.to_a }; t { (1..3).lazy.zip(4..6).to_a }; t { (1..3).lazy.filter_map { |x| x * 2 if x > 1 }.to_a }; t { (1..3).lazy.with_index.to_a }; t { (1..3).lazy.eager.class }; t { (1..3).lazy.uniq { |x| x % 2 }.to_a }; t { (1..3).lazy.include?(2) }; t { (1..3).lazy.each_with_index.map { |x, i| x * i }.to_a }; t { (1..3).lazy.take(0).to_a }; t { (1..3).lazy.grep(2..3).to_a }; t { [nil, 1].lazy.compact.to_a }; t { (1..3).lazy.size }; t { (1..3).lazy.first }; t { (1..3).lazy.sum }; t { r = []; (1..5).lazy.map { |x| r << x; x }.first(2); r }
t { [1, 2, 3].each_with_index.sort_by { |x, i| -i }.map(&:first) }; t { %w[b a].each_with_index.sort }; t { %w[x yy].each_with_index.to_h { |s, i| [s, i] } }; t { [[1, 2], [3, 4]].each_with_index.map { |(a, b), i| a + b + i } }; t { [5].each_with_index.map { |x| x } }; t { { a: 1 }.each_with_index.map { |x| x } }; t { [1, 2, 3].each_slice(2).with_index.map { |s, i| [s, i] } }; t { [1, 2, 3].each_cons(2).to_a.length }; t { [4, 5].each.with_index(1) { |x, i| p [x, i] } }; t { [1, 2, 3].inject { |m, x| break m if x > 2; m + x } }; t { [3, 4].each_with_index.find { |x, i| x == 4 } }; t { [1, 2, 3].sum { |x| next 0 if x == 2; x } }
