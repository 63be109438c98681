# run: migrate
class Reading < ActiveRecord::Base
end

class CompositeBatches < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table :readings, primary_key: [:sensor, :hour] do |t|
      t.integer :sensor
      t.integer :hour
      t.integer :value
    end
    rows = [1, 2].flat_map { |sensor| (1..3).map { |hour| { sensor: sensor, hour: hour, value: sensor * hour } } }
    Reading.insert_all(rows)
    Reading.find_each { |reading| say reading.id.inspect }
    Reading.find_each(batch_size: 2) { |reading| reading.update_columns(value: reading.value + 1) }
    Reading.find_each(batch_size: 2, order: :desc) { |reading| say reading.id.inspect }
    Reading.find_each(batch_size: 2, order: [:desc, :asc]) { |reading| say reading.id.inspect }
    Reading.find_each(batch_size: 4, start: [1, 2], finish: [2, 2]) { |reading| say reading.id.inspect }
    Reading.find_in_batches(batch_size: 4) { |readings| say readings.map(&:id).inspect }
    Reading.in_batches(of: 4) { |readings| readings.update_all(value: 0) }
    Reading.where(sensor: 1).in_batches(of: 2) { |readings| readings.update_all(value: 1) }
    Reading.in_batches(of: 4, load: true) { |readings| say readings.map(&:id).inspect }
    Reading.in_batches(of: 4, use_ranges: false).update_all("value = value + 1")
    Reading.in_batches(of: 2).each_record { |reading| reading.increment!(:value) }
    begin
      Reading.find_each(start: 1) { |reading| say reading.id.inspect }
    rescue ArgumentError => e
      say e.message
    end
    begin
      Reading.find_each(cursor: :sensor) { |reading| say reading.id.inspect }
    rescue ArgumentError => e
      say e.message
    end
    Reading.find_each(cursor: [:hour, :sensor], batch_size: 4) { |reading| say reading.id.inspect }
    Reading.limit(3).find_each(batch_size: 2) { |reading| say reading.id.inspect }
    Reading.all.load.find_each(batch_size: 4, start: [1, 3]) { |reading| say reading.id.inspect }
    say Reading.order(:sensor, :hour).pluck(:value).inspect
    Reading.in_batches(of: 4).delete_all
    say Reading.count.inspect
  end
end
