# run: migrate
class Thing < ActiveRecord::Base
  has_many :parts
  validates :name, presence: true
end

class Part < ActiveRecord::Base
  belongs_to :thing
end

class Persistence < ActiveRecord::Migration[8.1]
  def up
    create_table(:things) { |t| t.string :name; t.integer :n; t.timestamps }
    create_table(:parts) { |t| t.references :thing; t.string :name }
    first, second = Thing.create!([{ name: "a" }, { name: "b" }])
    say Thing.create([{ name: "c" }, { name: nil }]).map(&:persisted?).inspect
    Thing.update(n: 1)
    Thing.update(first.id, name: "first")
    say Thing.update([first.id, second.id], [{ n: 2 }, { n: 3 }]).map(&:n).inspect
    say Thing.update!(:all, n: 4).size.to_s
    say Thing.delete(second.id).to_s
    say Thing.destroy(first.id).destroyed?.inspect
    say Thing.destroy_by(name: "c").size.to_s
    thing = Thing.new(name: "x") { |t| t.n = 9 }
    say thing.save.inspect
    say thing.attributes.except("created_at", "updated_at").inspect
    thing.name = nil
    say thing.save.inspect
    say thing.save(validate: false).inspect
    say thing.update_attribute(:name, "").inspect
    thing.assign_attributes(name: "y", "n" => 1)
    say thing.changed.inspect
    thing.save!(touch: false)
    say Thing.find_or_create_by!(name: "y").id == thing.id ? "same" : "other"
    say Thing.create_with(n: 5).find_or_create_by(name: "z").n.to_s
    say Thing.find_or_initialize_by(name: "w").new_record?.inspect
    say Thing.where(name: "v").create!(n: 1).name
    begin
      Thing.create!(name: nil)
    rescue ActiveRecord::RecordInvalid => e
      say e.message
    end
    begin
      Thing.find(0)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Thing.find_by!(name: "nobody")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      thing.unknown = 1
    rescue NoMethodError => e
      say e.message
    end
    begin
      thing.update!(unknown: 1)
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    same = Thing.find(thing.id)
    say [same == thing, same.equal?(thing), same.hash == thing.hash, [same, thing].uniq.size].inspect
    say [thing.to_param, thing.to_key, Thing.new(name: "a") == Thing.new(name: "a")].inspect
    Thing.transaction do
      thing.parts.create!(name: "p")
      thing.parts.create!(name: "q")
    end
    say thing.parts.pluck(:name).sort.inspect
    Thing.includes(:parts).where(id: thing.id).each { |t| say t.parts.map(&:name).sort.inspect }
    Part.includes(:thing).each { |part| say part.thing.name }
    Part.joins(:thing).where(things: { name: "y" }).update_all(name: "renamed")
    say Part.where(thing: thing).count.to_s
    Thing.connection.execute("DELETE FROM parts")
    say Part.count.to_s
    say thing.parts.loaded?.inspect
    thing.delete
    say [thing.destroyed?, thing.frozen?, thing.persisted?].inspect
  end
end
