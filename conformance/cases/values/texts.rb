# run: migrate
class Thing < ActiveRecord::Base
end

class Plain
  def to_s = "plain"
  def inspect = "#<Plain>"
end

class Settings
  def initialize(values = {}) = @values = values
  def method_missing(name, *) = @values[name]
  def respond_to_missing?(*) = true
  def inspect = "#<Settings>"
  def to_s = "settings"
end

Keyed = Struct.new(:id, :name)

class Texts < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 90]}"
  end

  def probe(column, label, value)
    tell("#{column} #{label} where") { Thing.where(column => value).to_sql }
    tell("#{column} #{label} count") { Thing.where(column => value).count }
    tell("#{column} #{label} not") { Thing.where.not(column => value).to_sql }
    tell("#{column} #{label} list") { Thing.where(column => [value, nil]).to_sql }
    tell("#{column} #{label} pair") { Thing.where(column => [value, value]).to_sql }
    tell("#{column} #{label} arel") { Thing.where(Thing.arel_table[column].not_eq(value)).to_sql }
    tell("#{column} #{label} bind") { Thing.where("#{column} <> ?", value).to_sql }
    tell("#{column} #{label} new") { Thing.where(column => value).new[column] }
    tell("#{column} #{label} create") { Thing.create!(column => value) && nil }
    tell("#{column} #{label} update_columns") { @row.update_columns(column => value) && @row[column] }
    tell("#{column} #{label} update_all") { Thing.where(id: @row.id).update_all(column => value) }
    tell("#{column} #{label} insert_all") { Thing.insert_all([{ column => value }]).class }
    tell("#{column} #{label} raw") { Thing.where(id: @row.id).pick(column) }
  end

  def up
    create_table(:things) { |t| t.string :word }
    @row = Thing.create!
    values.each { |label, value| probe(:word, label, value) }
    create_table(:odds) { |t| t.text :body; t.binary :data }
    Thing.table_name = "odds"
    Thing.reset_column_information
    @row = Thing.create!
    values.slice(:date, :time, :zoned, :duration, :hash, :list, :number, :yes, :symbol, :callable, :klass, :plain, :keyed).each do |label, value|
      probe(:body, label, value)
      probe(:data, label, value) unless %i[callable].include?(label)
    end
  end

  def values
    options = Settings.new
    numbered = Settings.new(id: 5)
    {
      nil: nil, yes: true, no: false, number: 12, big: 2**70, float: 1.5, nan: Float::NAN, decimal: BigDecimal("1.50"), rational: Rational(1, 3),
      text: "it's", symbol: :sym, date: Date.new(2024, 2, 29), time: Time.utc(2024, 2, 29, 1, 2, 3), offset: Time.new(2024, 2, 29, 1, 2, 3.25r, "+09:00"),
      date_time: DateTime.new(2024, 2, 29, 1, 2, 3), zoned: Time.utc(2024, 2, 29, 1, 2, 3).in_time_zone("Asia/Tokyo"), duration: 90.minutes,
      range: "a".."c", numbers: 1..3, times: Time.utc(2024, 1, 1)..Time.utc(2024, 2, 1), beginless: .."c", list: ["a"], several: %w[a b], nested: [%w[a b], "c"],
      empty_list: [], hash: { "a" => 1 }, empty_hash: {}, set: Set["a", "b"], callable: -> { 1 }, klass: String, thing: Thing,
      plain: Plain.new, keyed: Keyed.new(7, "x"), unkeyed: Keyed.new(nil, "x"), options: options, numbered: numbered,
      unsaved: Thing.new, literal: Arel.sql("lower('A')")
    }
  end
end
