# run: migrate
class Unit < ActiveRecord::Base
  validates :name, uniqueness: { scope: :plant }
  after_create_commit { Log << "created #{id}" }
  after_update_commit { Log << "updated #{id}" }
  after_destroy_commit { Log << "destroyed #{id}" }
  before_destroy { throw :abort if name == "kept" }
end

class Pump < Unit
end

class Active < ActiveRecord::Base
  self.table_name = "units"
  self.inheritance_column = nil
  default_scope { where(live: true) }
end

class ByNumber < ActiveRecord::Base
  self.table_name = "units"
  self.inheritance_column = nil
  self.primary_key = :number
end

class Alone < ActiveRecord::Base
  self.table_name = "units"
  self.inheritance_column = nil
  self.primary_key = [:number]
end

class Keyless < ActiveRecord::Base
  self.table_name = "units"
  self.inheritance_column = nil
  self.primary_key = nil
end

class Plain < ActiveRecord::Base
  self.primary_key = [:plant, :code]
end

Log = []

class CompositeKinds < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table :units, primary_key: [:plant, :number] do |t|
      t.integer :plant
      t.integer :number
      t.string :name, limit: 20
      t.string :type, limit: 20
      t.boolean :live, default: true
      t.integer :lock_version, default: 0
    end
    create_table(:plains) { |t| t.integer :plant; t.integer :code; t.integer :n; t.index [:plant, :code], unique: true, name: "by_code" }
    inheriting
    committing
    locking
    validating
    scoping
    other_keys
    counting
    over_a_plain_table
  end

  private

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message.lines.first.strip}"
  end

  def inheriting
    pump = Pump.create!(id: [1, 1], name: "p")
    Unit.create!(id: [1, 2], name: "u")
    say [pump.type, Unit.find([1, 1]).class, Pump.primary_key, Pump.composite_primary_key?].inspect
    attempt { Pump.find([1, 2]) }
    say [Pump.ids, Unit.ids, Pump.first.id, Pump.exists?(plant: 1, number: 2)].inspect
    say pump.becomes(Unit).id.inspect
    say (Unit.find([1, 1]) == pump).inspect
    Pump.find_each { |one| say one.id.inspect }
    Pump.where(number: 1).update_all(live: true)
    Pump.limit(1).update_all(live: true)
    say Pump.instantiate({ "plant" => 5, "number" => 6 }).id.inspect
  end

  def committing
    Unit.create!(id: [2, 1], name: "c").update!(name: "d")
    Unit.transaction do
      Unit.find([2, 1]).update!(name: "e")
      Unit.find([2, 1]).update!(name: "f")
    end
    Unit.find([2, 1]).destroy
    say Log.inspect
    kept = Unit.create!(id: [2, 2], name: "kept")
    attempt { kept.destroy! }
    kept.delete
  end

  def locking
    one, stale = Unit.find([1, 2]), Unit.find([1, 2])
    one.update!(name: "locked")
    attempt { stale.update!(name: "late") }
    attempt { stale.destroy }
    one.increment!(:lock_version) rescue say($!.class.name)
    Unit.where(plant: 1).update_all(live: true)
    say Unit.find([1, 2]).lock_version.inspect
  end

  def validating
    attempt { Unit.create!(id: [1, 3], name: "p") }
    Unit.find([1, 1]).update!(name: "p", live: true)
    say Unit.find([1, 1]).valid?.inspect
    attempt { Unit.create!(id: [1, 1], name: "q") }
    attempt { Unit.create_or_find_by!(plant: 1, number: 1, name: "p").id }
  end

  def scoping
    say Active.find([1, 1]).id.inspect
    say Active.find([[1, 1], [1, 2]]).map(&:id).inspect
    attempt { Active.find("1") }
    Active.find([1, 2]).reload.update!(live: false)
    attempt { Active.find([1, 2]) }
    attempt { Active.unscoped.find([1, 2]).reload.id }
    Unit.where(plant: 1).scoping { attempt { Unit.find([1, 1]).id } }
  end

  def other_keys
    say [ByNumber.primary_key, ByNumber.find(1).id, ByNumber.order(:plant).last.id].inspect
    attempt { ByNumber.insert({ plant: 7, number: 7, lock_version: 0 }).rows }
    attempt { ByNumber.upsert({ plant: 7, number: 7, name: "seven" }).rows }
    Unit.create!(id: [7, 7], name: "seven") unless Unit.exists?(plant: 7)
    say [Alone.primary_key, Alone.composite_primary_key?, Alone.find([7]).id, Alone.where(["number"] => [[7]]).ids].inspect
    attempt { Alone.find([7]).update!(name: "sieben") }
    attempt { Alone.find([[7]]).map(&:id) }
    attempt { Alone.find(7).id }
    attempt { Alone.order(:number).limit(1).delete_all }
    say [Keyless.primary_key, Keyless.composite_primary_key?, Keyless.count].inspect
    attempt { Keyless.find([1, 1]) }
  end

  def counting
    attempt { Unit.distinct.count }
    attempt { Unit.distinct.count(:all) }
    attempt { Unit.group(:live).distinct.count }
    attempt { Unit.select(:plant).distinct.count }
    attempt { Unit.select(:plant, :number).distinct.count }
    attempt { Unit.where(name: "p").pick(:plant, :number) }
    attempt { Unit.where(plant: Unit.where(name: "p").select(:plant)).count }
  end

  def over_a_plain_table
    one = Plain.create!(plant: 1, code: 2, n: 3)
    say [one.id, one.id_value.class, one.attributes["id"].class].inspect
    say Plain.find([1, 2]).n.inspect
    attempt { Plain.insert_all([{ plant: 1, code: 3 }]).rows.flatten.size }
    attempt { Plain.upsert_all([{ plant: 1, code: 3, n: 9 }]).rows.flatten.size }
    attempt { Plain.upsert({ plant: 1, code: 3, n: 10 }, unique_by: :by_code).rows.flatten.size }
    say Plain.order(:plant, :code).pluck(:plant, :code, :n).inspect
    Plain.find_each { |plain| plain.increment!(:n) }
    Plain.find([1, 2]).destroy
    say Plain.ids.inspect
    remove_index :plains, name: "by_code"
    Plain.reset_column_information
    attempt { Plain.insert_all([{ plant: 1, code: 4 }]).rows.size }
  end
end
