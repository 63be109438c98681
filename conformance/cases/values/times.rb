# run: migrate
class Thing < ActiveRecord::Base
end

class Plain
  def to_s = "plain"
  def inspect = "#<Plain>"
end

Keyed = Struct.new(:id, :name)

class Times < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip.sub(/ for column .*/, "")[0, 90]}"
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
    create_table(:things) do |t|
      t.date :day
      t.datetime :moment
      t.datetime :rough, precision: nil
      t.time :clock
    end
    @row = Thing.create!
    values.each do |label, value|
      %i[day moment clock].each { |column| probe(column, label, value) }
    end
  end

  def values
    {
      nil: nil, yes: true, number: 12, float: 1.5, decimal: BigDecimal("1.50"), symbol: :sym,
      date: Date.new(2024, 2, 29), time: Time.utc(2024, 2, 29, 1, 2, 3), offset: Time.new(2024, 2, 29, 1, 2, 3.25r, "+09:00"),
      date_time: DateTime.new(2024, 2, 29, 1, 2, 3), zoned: Time.utc(2024, 2, 29, 1, 2, 3).in_time_zone("Asia/Tokyo"), duration: 90.minutes,
      dates: Date.new(2024, 1, 1)..Date.new(2024, 1, 31), times: Time.utc(2024, 1, 1)...Time.utc(2024, 2, 1), texts: "2024-01-01".."2024-01-03",
      list: ["2024/01/02"], several: ["2024/01/02", Date.new(2024, 1, 3)], hash: { 1 => 2024, 2 => 2, 3 => 3 }, clock_hash: { 1 => 2024, 2 => 2, 3 => 3, 4 => 5, 5 => 6 },
      short_hash: { 1 => 2024 }, empty_hash: {}, callable: -> { 1 }, klass: String, plain: Plain.new, keyed: Keyed.new(7, "x")
    }
  end
end
