# adapters: postgresql
# run: migrate
class Place < ActiveRecord::Base
end

class AttributeModifiers < ActiveRecord::Migration[8.1]
  def up
    create_table :places do |t|
      t.point :at
      t.point :track, array: true
      t.int4range :years
      t.string :tags, array: true
      t.float :height
      t.macaddr :device
    end
    places = Class.new(ActiveRecord::Base) { self.table_name = "places" }
    places.attribute :at, :legacy_point
    places.attribute :track, :point, array: true
    places.attribute :years, :integer, range: true
    places.attribute :levels, :integer, array: true, default: ["1", "2"]
    places.attribute :kind, :enum
    place = places.new(at: "(1,2.5)", track: [[1, 2]], years: "[1,3)", height: Float::NAN, device: "01:23:45:67:89:ab")
    say place.at.inspect
    say place.track.map(&:to_a).inspect
    say place.years.inspect
    say place.levels.inspect
    place.kind = :open
    say place.kind.inspect
    say places.type_for_attribute("at").type.inspect
    places.insert_all([{ at: [3, 4.5] }])
    say places.last.at.inspect
    place = Place.create!(height: Float::NAN, device: "01:23:45:67:89:ab", tags: ["a"])
    place.height = Float::NAN
    place.device = "01:23:45:67:89:AB"
    say place.changed.inspect
    place.device = "01:23:45:67:89:AC"
    place.height = 1.5
    say place.changed.inspect
  end
end
