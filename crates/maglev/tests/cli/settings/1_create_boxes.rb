class CreateBoxes < ActiveRecord::Migration[8.1]
  class Box < ActiveRecord::Base
    has_many :things, class_name: "CreateBoxes::Thing"
  end
  class Thing < ActiveRecord::Base
    belongs_to :box, class_name: "CreateBoxes::Box"
  end
  def change
    create_table :box do |t|
      t.string :name, default: "x"
      t.integer :count
      t.datetime :at
      t.time :open_at
      t.date :on
      t.timestamps
    end
    create_table :thing do |t|
      t.references :box
    end
    up_only do
      now = Time.utc(2020, 1, 1)
      box = Box.create!(at: "2020-01-01 10:00", open_at: "9:30", on: "2020-02-03", created_at: now, updated_at: now)
      box.reload
      say box.at.inspect
      say box.at.to_s
      say box.open_at.inspect
      say box.attributes.inspect
      say Box.where(at: "2020-01-01 10:00").count
      say Box.where(at: Time.utc(2020,1,1,1)).pluck(:at, :open_at).inspect
      say Box.where(at: ..Time.zone.local(2020,1,1,12)).count
      Box.where(id: box.id).update_all(at: "2021-06-01 00:00:00", open_at: "23:15")
      box.update_columns(at: "2020-07-01 10:00:00 UTC")
      box.at = "2020-07-01 19:00:00"
      say box.changed.inspect
      box.update!(count: 2, updated_at: now)
      Box.insert_all([{at: "2020-01-01 10:00", name: "i", created_at: now, updated_at: now}])
      say Box.maximum(:at).inspect
      say Box.group(:at).count.inspect
      Thing.create!(box: box)
      thing = Thing.create!(box_id: box.id)
      thing.save!
      begin; Thing.create!; rescue => e; say e.message; end
      say Time.zone.now.zone
      say Date.current.class
      say Box.find_by(at: "2020-07-01 19:00").inspect
      say Box.new(at: "nonsense").at.inspect
      say Box.new(open_at: "25:99").open_at.inspect
      say Box.new(at: Date.new(2020,1,2)).at.inspect
      say Box.new(at: "").at.inspect
      say Box.primary_key
      say Box.table_name
      say Box.order(:at).first.attributes["at"].class
      say box.as_json.slice("at", "open_at").inspect
    end
  end
end
