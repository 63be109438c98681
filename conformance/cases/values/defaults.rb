# run: migrate
class Thing < ActiveRecord::Base
end

class Defaults < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.inspect unless answer.class.name == "PG::Result"}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 90]}"
  end

  def up
    create_table(:things) do |t|
      t.time :open_at, default: "9:00"
      t.time :shut_at, default: "2020-01-02 5:06 pm"
      t.date :day, default: "2021/3/4"
      t.datetime :moment, default: "4 Mar 2021 5pm JST"
      t.datetime :rough, precision: nil, default: "2021-03-04T05:06:07.89+09:00"
    end
    tell("defaults") { Thing.create!.reload.attributes.except("id") }
    change_column_default :things, :day, from: nil, to: "5/6/2021"
    change_column_default :things, :open_at, "10:30:15.5"
    change_column_default :things, :moment, Time.utc(2021, 1, 2, 3, 4, 5.678r)
    Thing.reset_column_information
    tell("changed") { Thing.create!.reload.attributes.except("id") }
    { day: ["2020-02-30", "x", Time.utc(2020, 1, 2, 23), Date.new(2020, 1, 2), "12"],
      moment: ["2020-02-30", "2020/1/2", Date.new(2020, 1, 2), "12:00", "x", Time.new(2020, 1, 2, 3, 4, 5, "+09:00")],
      open_at: ["12", "7pm", "25:00", Time.utc(2020, 1, 2, 3, 4, 5), "x", 5] }.each do |column, defaults|
      defaults.each { |default| tell("#{column} #{default.inspect}") { change_column_default(:things, column, default) && nil } }
    end
    tell("add") { add_column(:things, :word, :string, default: Time.utc(2020, 1, 2, 3, 4, 5)) && nil }
    tell("add symbol") { add_column(:things, :word2, :string, default: :sym) && nil }
    tell("add date") { add_column(:things, :word3, :string, default: Date.new(2020, 1, 2)) && nil }
    tell("add class") { add_column(:things, :word4, :string, default: String) && nil }
    tell("add list") { add_column(:things, :word5, :string, default: ["a"]) && nil }
    tell("add hash") { add_column(:things, :word6, :string, default: { a: 1 }) && nil }
    tell("add duration") { add_column(:things, :word7, :string, default: 5.minutes) && nil }
    tell("add number") { add_column(:things, :amount, :integer, default: "12abc") && nil }
    tell("add duration to number") { add_column(:things, :amount2, :integer, default: 5.minutes) && nil }
    tell("add decimal") { add_column(:things, :price, :decimal, precision: 8, scale: 2, default: "1.239") && nil }
    tell("add rational") { add_column(:things, :price2, :decimal, precision: 8, scale: 2, default: Rational(1, 3)) && nil }
    tell("add boolean") { add_column(:things, :flag, :boolean, default: "no") && nil }
  end
end
