# Objects whose class says what `hash` and `eql?` are, as keys.
class Money
  attr_reader :cents, :unit
  def initialize(cents, unit = :eur)
    @cents, @unit = cents, unit
  end

  def hash = cents.hash
  def eql?(other) = other.is_a?(Money) && cents == other.cents && unit == other.unit
  alias == eql?
  def inspect = "#{cents}#{unit}"
end

class Same
  def hash = 1
  def inspect = "same"
end

class Loud
  attr_reader :name
  def initialize(name) = @name = name
  def hash = 7
  def eql?(other)
    $asked << [name, other.name]
    name == other.name
  end
  def inspect = "loud #{name}"
end

a, b, c = Money.new(1), Money.new(1, :usd), Money.new(1)
hash = { a => "eur", b => "usd" }
p hash
p hash[c], hash[Money.new(1, :usd)], hash[Money.new(2)]
p hash.key?(c), hash.key?(Money.new(1, :gbp))
hash[c] = "again"
p hash, hash.size
p hash.delete(Money.new(1, :usd)), hash
p [a, b, c].uniq
p [a, b, c].group_by(&:itself)
p [a, b, c].tally
p [a, b] & [Money.new(1, :usd)], [a, b] - [c], [a] | [b, c]
p [[a, 1], [c, 1], [b, 1]].uniq
p({ [a, :x] => 1 }[[c, :x]], { [a, :x] => 1 }[[b, :x]])
p [a].eql?([c]), [a].eql?([b]), [a].hash == [c].hash
p Set[a, b, c].size, Set[a, b].include?(c), Set[a].include?(b), Set[a, b] == Set[b, c]
one, two = Same.new, Same.new
p({ one => 1, two => 2 }.size, { one => 1 }[two], [one, two, one].uniq.size)
$asked = []
loud = { Loud.new("a") => 1 }
p loud[Loud.new("a")], loud[Loud.new("b")]
p $asked
key = Loud.new("z")
p({ key => 3 }[key])
p [Money.new(3), Money.new(3, :usd), Money.new(3)].to_h { |m| [m, m.unit] }
p [1, 1.0, 1r].uniq
Pair = Struct.new(:left, :right)
p [Pair.new(1, 2), Pair.new(1, 2)].uniq.size
200.times { |n| hash[Money.new(n, n.even? ? :eur : :usd)] = n }
p hash.size, hash[Money.new(100)], hash[Money.new(100, :usd)], hash[Money.new(101, :usd)]
