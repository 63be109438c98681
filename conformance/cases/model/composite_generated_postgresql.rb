# adapters: postgresql
# run: migrate
class Event < ActiveRecord::Base
end

class Job < ActiveRecord::Base
end

class CompositeGeneratedPostgresql < ActiveRecord::Migration[8.1]
  def up
    create_table :events, primary_key: [:region, :id] do |t|
      t.string :region, default: "eu"
      t.uuid :id, default: -> { "md5('a')::uuid" }
      t.string :name
    end
    create_table :jobs, primary_key: [:queue, :id] do |t|
      t.bigserial :id
      t.string :queue
      t.jsonb :data
    end
    event = Event.create!(name: "a")
    say event.id.inspect
    say Event.find(event.id).name.inspect
    Event.insert_all([{ region: "us", name: "b" }]).rows.each { |row| say row.inspect }
    say Event.where([:region, :id] => [event.id]).count.inspect
    job = Job.create!(queue: "q", data: { a: 1 })
    say job.id.inspect
    say Job.create!(queue: "q").id.inspect
    say Job.new(queue: "r").tap(&:save!).id.inspect
    Job.find_each { |one| one.update_columns(data: [one.id]) }
    say Job.order(:id).pluck(:data).inspect
    Job.upsert_all([{ queue: "q", id: 1, data: {} }, { queue: "q", id: 9, data: nil }]).rows.each { |row| say row.inspect }
    say Job.sequence_name.inspect
    say Job.first.lock!.id.inspect
    Job.where(queue: "q").order(:id).limit(1).update_all(queue: "z")
    say Job.ids.inspect
  end
end
