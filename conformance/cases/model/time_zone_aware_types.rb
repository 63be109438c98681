# run: migrate
class Event < ActiveRecord::Base
  self.time_zone_aware_attributes = true
end

class Early < ActiveRecord::Base
  self.table_name = "events"
  self.time_zone_aware_attributes = true
  self.time_zone_aware_types = [:datetime]
end

class TimeZoneAwareTypes < ActiveRecord::Migration[8.1]
  def up
    create_table(:events) { |t| t.datetime :at; t.time :opens }
    before = Time.zone
    Time.zone = "Tokyo"
    [Event, Early].each do |model|
      record = model.create!(at: "2024-02-29 12:00", opens: "09:30")
      say [model.time_zone_aware_attributes, model.time_zone_aware_types].inspect
      say [record.at.class, record.at.to_s, record.opens.class, record.opens.to_s].inspect
      record = model.find(record.id)
      say [record.at.to_s, record.opens.class, record.opens.to_s].inspect
    end
  ensure
    Time.zone = before
  end
end
