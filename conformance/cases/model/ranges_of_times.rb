# adapters: postgresql
# run: migrate
# A range that was only read has not changed.
class RangesOfTimes < ActiveRecord::Migration[8.1]
  class Thing < ActiveRecord::Base; end
  def up
    create_table(:things) { |t| t.tsrange :times; t.tstzrange :ztimes; t.daterange :days; t.datetime :at, array: true }
    Thing.create!(times: Time.utc(2024)..Time.utc(2025), ztimes: Time.utc(2024)...Time.utc(2025, 1, 1, 1, 1, 1.5), days: Date.new(2024)..Date.new(2024, 2), at: [Time.utc(2024, 1, 2)])
    x = Thing.first
    %w[times ztimes days at].each { |c| x[c] = x[c]; say [c, x.changes[c], x[c]].inspect }
    x = Thing.first
    x.times; x.ztimes; x.at; say x.changed.inspect
    x.times = Time.utc(2024)..Time.utc(2026); say x.changes.inspect
    x.save!; say [x.reload.times, x.ztimes, Thing.where(times: x.times).count, Thing.where("times @> ?::timestamp", Time.utc(2024, 5)).count].inspect
  end
end
