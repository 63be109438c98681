# run: migrate
class Setting < ActiveRecord::Base
end

class Settings < ActiveRecord::Migration[8.1]
  def up
    create_table(:settings) { |t| t.json :data; t.decimal :d, precision: 8, scale: 2; t.datetime :at; t.date :on; t.binary :b }
    Setting.create!(data: { "a" => [1, nil, "x"] }, d: "1.25", at: Time.utc(2020, 1, 2, 3, 4, 5), on: Date.new(2020, 1, 2), b: "bin")
    setting = Setting.first
    say setting.data.inspect
    say setting.d.to_s
    say setting.at.inspect
    say setting.on.inspect
    Setting.where(on: Date.new(2020, 1, 2)).update_all(at: Time.utc(2021, 1, 1))
    say Setting.where("at > ?", Time.utc(2020, 6, 1)).count.inspect
  end
end
