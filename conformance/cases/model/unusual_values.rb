# run: migrate
class Thing < ActiveRecord::Base
end

class Plain
end

class Countable
  def to_i = 7
  def to_s = "seven"
  def to_f = 7.5
end

class UnusualValues < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  NAMES = %w[word body amount price ratio flag blob notes big]
  TIMES = %w[day moment clock]

  def up
    create_table :things do |t|
      t.string :word, limit: 40
      t.text :body
      t.integer :amount
      t.decimal :price, precision: 8, scale: 2
      t.float :ratio
      t.boolean :flag
      t.date :day
      t.datetime :moment
      t.time :clock
      t.binary :blob
      t.json :notes
      t.bigint :big
    end
    values.each_key { |label| NAMES.each { |name| try(label, name, values[label]) } }
    TIMES.each { |name| (values.keys - %i[hash empty_hash date_hash padded date]).each { |label| try(label, name, values[label]) } }
    record = Thing.create!(word: "w")
    say Thing.where(amount: true).to_sql
    say Thing.where(word: :symbol, flag: "off").to_sql
    say Thing.where(word: 12, amount: "12abc", price: "1e2", ratio: "x").to_sql
    say Thing.where(day: "2024-02-30", moment: "nonsense", clock: "25:00").to_sql
    say Thing.where(amount: record).to_sql rescue say("#{$!.class}: #{$!.message}")
    say Thing.where(id: record).to_sql rescue say("#{$!.class}: #{$!.message}")
    say Thing.where(id: [record, nil]).to_sql rescue say("#{$!.class}: #{$!.message}")
    say Thing.where(word: Plain).to_sql rescue say("#{$!.class}: #{$!.message}")
    Thing.where(amount: 99_999_999_999).each { |one| say one.id }
    say Thing.where(amount: [1, 99_999_999_999]).to_sql
    say Thing.where.not(amount: 99_999_999_999).to_sql
    [1..9_999_999_999_999_999_999, -9_999_999_999_999_999_999..4, 9_999_999_999_999_999_999.., ..-9_999_999_999_999_999_999, 2...9_999_999_999_999_999_999,
     1..Float::INFINITY, Float::INFINITY.., -Float::INFINITY..Float::INFINITY, 3..3, 3...3, nil..nil].each do |range|
      say Thing.where(amount: range).to_sql
      say Thing.where.not(big: range).to_sql
      say Thing.where(amount: [5, range]).to_sql
    end
    table = Thing.arel_table
    say Thing.where(table[:amount].between(1..Float::INFINITY)).or(Thing.where(table[:amount].not_between(1..4))).to_sql
    say Thing.where(table[:amount].not_between(1...4)).or(Thing.where(table[:amount].not_between(..4))).to_sql
    say Thing.where(id: "12abc").to_sql
    say Thing.exists?("1abc").inspect
  end

  private
    def values
      {
        empty_array: [], array: [1, "a"], empty_hash: {}, hash: { a: 1 }, symbol: :sym, yes: true, no: false, plain: Plain.new,
        countable: Countable.new, float: 1.75, nan: Float::NAN, infinity: Float::INFINITY, big_decimal: BigDecimal("2.345"),
        rational: Rational(7, 3), date: Date.new(2024, 2, 3), time: Time.utc(2024, 2, 3, 4, 5, 6.5r), integer: 42, huge: 2**40,
        digits: "12abc", blank: "  ", empty: "", exponent: "1e3", comma: "1,234.5", on: "on", off: "off", t: "t", f: "f",
        iso: "2024-02-03T04:05:06.789+02:00", american: "02/03/2024", words: "3 Feb 2024", bad_date: "2024-13-45",
        hour: "4:05", range: 1..3, klass: String, date_hash: { 1 => 2024, 2 => 2, 3 => 3 }, long: "x" * 50, padded: " 7 ", plus: "+7",
        negative: "-7.9", underscore: "1_000", hex: "0x1f", unicode: "１２", nul: "a\0b"
      }
    end

    def try(label, name, value)
      thing = Thing.new
      begin
        thing[name] = value
        cast = thing[name]
        shown = [Plain, Countable].include?(cast.class) || cast.to_s.start_with?("#<") ? cast.class : cast.inspect
        say "#{label} #{name}: #{shown} #{thing.changed?}"
      rescue => error
        return say("#{label} #{name}: #{error.class}: #{error.message.lines.first.to_s[0, 60]}")
      end
      sensible = [Date, Time, NilClass].include?(cast.class) || cast.is_a?(ActiveSupport::TimeWithZone)
      return if [Plain, Countable].include?(value.class) || label == :nul || TIMES.include?(name) && !sensible
      begin
        thing.save!
        say "#{label} #{name} stored: #{Thing.find(thing.id)[name].inspect}"
      rescue => error
        say "#{label} #{name} stored: #{error.class}"
      end
    end
end
