# What the natives are called with and on: the first hash has the arguments by name, RECEIVERS makes instances of classes.
require "set"
require "date"
require "bigdecimal"
require "stringio"
require "ostruct"
require "delegate"
require "shellwords"

def cyclic = [1].tap { |array| array << array }
def cyclic_hash = {}.tap { |hash| hash[:self] = hash }
def deep(levels = 12_000)
  array = [1]
  levels.times { array = [array] }
  array
end
def deep_hash
  hash = { a: 1 }
  2_000.times { hash = { a: hash } }
  hash
end
def doubling
  array = [1]
  60.times { array = [array, array] }
  array
end

class Listed
  include Enumerable
  include Comparable
  def each
    2_000.times { |number| yield number }
  end
  def <=>(other) = 0
  def read = "a" * 100_000
end

Pair = Struct.new(:left, :right)

TEXTS = -> {
  ["a" * 100_000, "é" * 50_000, "9" * 100_000, "%s" * 20_000, "\xff\xfe".b * 10_000, "a_b::C d/" * 5_000, "\n" * 50_000, ""]
}
ARRAYS = -> { [cyclic, deep, doubling, (0..20_000).to_a, ["a" * 50_000] * 50, [nil, 1, "a", :b, 1.5], []] }
NUMBERS = -> { [0, -1, 2**62, -(2**63)] }
BIGS = -> { [2**64, -(10**5_000)] }

RECEIVERS = {
  "Object" => -> { [Object.new] },
  "BasicObject" => -> { [Object.new] },
  "Kernel" => -> { [Object.new] },
  "Module" => -> { [Module.new] },
  "Class" => -> { [Class.new] },
  "Comparable" => -> { [Listed.new] },
  "Enumerable" => -> { [Listed.new] },
  "NilClass" => -> { [nil] },
  "TrueClass" => -> { [true] },
  "FalseClass" => -> { [false] },
  "Numeric" => -> { [1] },
  "Integer" => -> { NUMBERS.call + BIGS.call },
  "Float" => -> { [0.1, 1e300, -1e-300, 1.0 / 0, 0.0 / 0] },
  "Rational" => -> { [Rational(1, 3), Rational(3, 7)**200] },
  "BigDecimal" => -> { [BigDecimal("1.5"), BigDecimal("1e20000"), BigDecimal("9" * 5_000), BigDecimal("NaN")] },
  "String" => TEXTS,
  "Symbol" => -> { [:a, ("b" * 10_000).to_sym] },
  "Array" => ARRAYS,
  "Hash" => -> { [cyclic_hash, deep_hash, (0..5_000).to_h { |n| [n, n] }, { cyclic => doubling }, {}] },
  "ActiveSupport::HashWithIndifferentAccess" => -> { [deep_hash.with_indifferent_access, { a: cyclic }.with_indifferent_access] },
  "Range" => -> { [1..10**18, (1..), (..1), 0.0..1e300, "a".."zzzzzz", (1..2**70), (Date.new(1, 1, 1)..Date.new(9999, 1, 1))] },
  "Proc" => -> { [proc { 1 }, ->(a) { a }] },
  "Binding" => -> { [binding, proc { |a = 1| a }.binding] },
  "Method" => -> { [[].method(:push), 1.method(:+)] },
  "UnboundMethod" => -> { [Array.instance_method(:push)] },
  "Exception" => -> { [RuntimeError.new("a" * 100_000), RuntimeError.new(cyclic)] },
  "Struct" => -> { [Pair.new(cyclic, doubling), Pair.new(deep, "a" * 100_000)] },
  "Set" => -> { [Set.new(0..5_000), Set.new([cyclic, doubling, deep])] },
  "Enumerator" => -> { [(1..).each, [cyclic, deep].each, (1..10**18).each_slice(3)] },
  "Enumerator::Lazy" => -> { [(1..).lazy, (1..).lazy.map { |n| n }.select { |n| n < 0 }] },
  "Regexp" => -> { [/(a+)+$/, /(?<n>a|b|ab)*c\1?/, Regexp.union(["a" * 1000] * 20), /\w*?(?=b)/] },
  "MatchData" => -> { [/(a)(b)?(?<name>c)?/.match("a" * 50_000), /a*/.match("a" * 50_000)].compact },
  "Time" => -> { [Time.at(0), Time.at(2**40), Time.now] },
  "Date" => -> { [Date.new(2020, 2, 29), Date.new(-4712, 1, 1), Date.new(9_999_999, 1, 1)] },
  "DateTime" => -> { [DateTime.new(2020, 2, 29, 1, 2, 3)] },
  "StringIO" => -> { [StringIO.new("a\n" * 50_000)] },
  "IO" => -> { [$stdout] },
  "File" => -> { [File.open("data.txt")] },
  "ActiveSupport::Duration" => -> { [1.day, (10**18).months] },
  "ActiveSupport::TimeWithZone" => -> { [Time.now.in_time_zone("UTC"), Time.at(2**40).in_time_zone("Tokyo")] },
  "ActiveSupport::TimeZone" => -> { [ActiveSupport::TimeZone["UTC"], ActiveSupport::TimeZone["Berlin"]] },
  "Random" => -> { [Random.new(1)] },
  "OpenStruct" => -> { [OpenStruct.new(a: 1, b: cyclic, c: deep), OpenStruct.new((0..2_000).to_h { |n| ["k#{n}", n] })] },
  "Delegator" => -> { [SimpleDelegator.new(cyclic), SimpleDelegator.new(deep), SimpleDelegator.new(nil)] },
  "SimpleDelegator" => -> { [SimpleDelegator.new("a" * 100_000), SimpleDelegator.new(doubling)] },
  "Shellwords" => -> { [Object.new.extend(Shellwords)] },
  "Data" => -> { [Data.define(:a).new(a: cyclic)] },
}

ARGUMENTS = {
  nil: nil, true: true, zero: 0, one: 1, minus: -1, ten: 10, million: 1_000_000, billion: 10**9, big: 2**62, least: -(2**63),
  bignum: 2**64, minus_bignum: -(2**64), huge: 10**5_000, float: 1.5, infinite: 1.0 / 0, nan: 0.0 / 0, large_float: 1e300,
  tiny: 1e-300, rational: Rational(3, 7)**200, decimal: BigDecimal("1e20000"), digits: "9" * 100_000, text: "a" * 100_000,
  wide_text: "é" * 50_000, formats: "%s" * 20_000, padded: "%1000000000d%-99999999s%.99999999f", strftime: "%N%10000000Y" * 1_000,
  pattern: "(" * 5_000 + "a" * 5_000, stars: "*a" * 1_000 + "b", braces: "{a,a}" * 40, pack: "N99999999w*", binary: "\xff".b * 10_000,
  range_set: "a-zé-ü" * 2_000, lines: "a,b\n" * 20_000, letter: "a", empty: "", name: "name", date: "2020-01-02 03:04:05",
  symbol: :a, long_symbol: ("c" * 10_000).to_sym, cyclic: cyclic, deep: deep, doubling: doubling, wide: (0..20_000).to_a,
  texts: ["a" * 10_000] * 100, mixed: [nil, 1, "a", :b, 1.5, [1]], pair: [1, 2], none: [], cyclic_hash: cyclic_hash, deep_hash: deep_hash, hash: { a: 1, "b" => 2 },
  wide_hash: (0..5_000).to_h { |n| ["k#{n}", n] }, endless: (1..), long_range: (1..10**18), beginless: (..5), floats: (0.0..1e300),
  letters: ("a".."zzzzzzzz"), proc: proc { |*all| all.first }, object: Object.new, klass: String, mod: Comparable,
  regexp: /(a+)+$/, back: /(a*)*\1b/, far: /a.*b.*c/m, time: Time.at(0), far_time: Time.at(2**55), dat: Date.new(2020, 1, 1),
  far_date: Date.new(9_999_999, 1, 1), duration: 1.month, set: Set.new(0..5_000), io: StringIO.new("a\n" * 10_000), listed: Listed.new,
  pairs: Pair.new(1, cyclic), enumerator: (1..).each,
}

BLOCKS = [proc { |*all| all.first }, proc { true }, proc { nil }, proc { |a, b| (a <=> b) || 0 }]

[ARGUMENTS, BLOCKS]
