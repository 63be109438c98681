# run: migrate
# Reflections, the objects behind associations, and what a collection answers without and with its records.
class Ship < ActiveRecord::Base
  has_many :sailors, -> { order(:id) } do
    def names = map(&:name)
  end
  has_many :berths, as: :berthable, class_name: "Berth", dependent: :nullify
  has_one :captain, -> { where(rank: 1) }, class_name: "Sailor"
  has_many :knots, through: :sailors
  belongs_to :port, touch: true, default: -> { Port.first }
end
class Sailor < ActiveRecord::Base
  belongs_to :ship, counter_cache: { active: true, column: "crew" }
  has_and_belongs_to_many :knots
end
class Knot < ActiveRecord::Base; has_and_belongs_to_many :sailors; end
class Berth < ActiveRecord::Base; belongs_to :berthable, polymorphic: true, touch: :slept_at; end
class Port < ActiveRecord::Base
  has_many :ships
  has_many :sailors, through: :ships
end

class AssociationObjects < ActiveRecord::Migration[8.1]
  def attempt
    say yield.inspect
  rescue StandardError => e
    say "#{e.class}: #{e.message}"
  end

  def up
    create_table(:ports) { |t| t.string :name; t.datetime :updated_at }
    create_table(:ships) { |t| t.string :name; t.integer :crew, default: 0; t.references :port; t.datetime :slept_at, :updated_at }
    create_table(:sailors) { |t| t.string :name; t.integer :rank; t.references :ship }
    create_table(:knots) { |t| t.string :name }
    create_join_table(:knots, :sailors)
    create_table(:berths) { |t| t.references :berthable, polymorphic: true }

    Ship.reflect_on_all_associations.each do |one|
      attempt { [one.class.name, one.macro, one.name, one.class_name, one.foreign_key, one.collection?, one.options.keys.sort] }
      attempt { [one.klass.name, one.association_primary_key, one.active_record.name, one.through_reflection?, one.inverse_of&.name] }
    end
    attempt { Ship.reflections.keys }
    attempt { Ship.reflect_on_all_associations(:has_one).map(&:name) }
    attempt { Ship.reflect_on_association(:nothing) }
    attempt { Ship.reflect_on_association(:berths).type }
    attempt { Berth.reflect_on_association(:berthable).foreign_type }
    attempt { Ship.reflect_on_association(:knots).source_reflection.name }
    attempt { Port.reflect_on_association(:sailors).through_reflection.name }
    attempt { Sailor.reflect_on_association(:ship).counter_cache_column }
    attempt { Ship.reflect_on_association(:sailors).equal?(Ship.reflect_on_association(:sailors)) }
    attempt { Ship.belongs_to_required_by_default }

    port = Port.create!(name: "P")
    ship = Ship.create!(name: "S")
    attempt { ship.port == port }
    association = ship.association(:sailors)
    attempt { [association.class.name, association.loaded?, association.target, association.klass.name, association.owner == ship] }
    attempt { association.reflection.name }
    attempt { ship.association_cached?(:sailors) }
    attempt { ship.sailors.inspect }
    ship.sailors.create!([{ name: "a", rank: 1 }, { name: "b" }])
    attempt { [ship.crew, ship.reload.crew, ship.sailors.size, ship.sailors.loaded?] }
    attempt { ship.sailors.inspect }
    attempt { ship.sailors.names }
    attempt { ship.sailors.loaded? }
    attempt { ship.sailors.where(name: "a").names }
    attempt { [ship.sailors.any?, ship.sailors.none?, ship.sailors.empty?, ship.sailors.many?] }
    attempt { ship.sailors.any? { |one| one.name == "z" } }
    attempt { [ship.sailors.first.name, ship.sailors.last(1).map(&:name), ship.sailors.second&.name, ship.sailors.third, ship.sailors.take.name] }
    attempt { ship.sailors.find { |one| one.name == "b" }.name }
    attempt { ship.sailors.include?(Sailor.first) }
    attempt { Ship.find(ship.id).sailors.include?(Sailor.first) }
    attempt { Ship.find(ship.id).sailors.pluck(:name) }
    attempt { [ship.sailors.pluck(:name), ship.sailors.ids, ship.sailor_ids] }
    attempt { [Ship.find(ship.id).sailor_ids, Ship.find(ship.id).sailors.ids] }
    attempt { ship.sailors == Sailor.order(:id).to_a }
    attempt { ship.sailors.target.size }
    attempt { ship.sailors.reload.size }
    attempt { ship.sailors.reset.loaded? }
    attempt { [ship.captain.name, ship.captain.ship.equal?(ship)] }
    attempt { ship.build_captain.rank }
    attempt { ship.reload_captain.name }
    attempt { ship.reset_captain }
    attempt { ship.sailors.insert_all([{ name: "i" }]).class.name }
    attempt { ship.sailors.size }
    attempt { ship.sailors.new(name: "n").ship_id == ship.id }
    attempt { [ship.sailors.size, ship.sailors.length, ship.sailors.to_a.last.new_record?] }
    attempt { ship.sailors.where(rank: 3).build(name: "w").rank }
    attempt { ship.sailors.where(rank: 3).create!(name: "v").rank }
    attempt { ship.sailors.find_or_create_by!(name: "foc").ship_id == ship.id }
    ship = Ship.find(ship.id)
    sailor = ship.sailors.first
    sailor.name = "changed"
    attempt { ship.sailors.load; [ship.sailors.first.name, Ship.find(ship.id).sailors.first.name] }
    attempt { sailor.association(:ship).loaded? }
    attempt { sailor.ship_id = nil; [sailor.ship, sailor.ship_changed?, sailor.association(:ship).stale_target?] }
    sailor.reload
    sailor.knots << Knot.create!(name: "k")
    attempt { [ship.knots.map(&:name), port.sailors.count, sailor.knot_ids.size] }
    attempt { sailor.knots.create!(name: "l"); Knot.last.sailors.map(&:id) == [sailor.id] }
    attempt { Sailor.find(sailor.id).destroy; [select_value("SELECT COUNT(*) FROM knots_sailors").to_i, ship.reload.crew] }
    berth = ship.berths.create!
    attempt { ship.reload.slept_at.nil? }
    attempt { berth.berthable.equal?(ship) }
    attempt { [berth.reload.berthable_type, berth.berthable == ship] }
    attempt { berth.update!(berthable: Port.first); berth.berthable.class.name }
    attempt { ship.berths.reload.size }
    copy = ship.dup
    attempt { [copy.association_cached?(:sailors), copy.sailors.size, copy.port == port] }
    attempt { Ship.new.sailors.to_a }
    attempt { Ship.new(port: nil).tap(&:valid?).port&.name }
    attempt { ship.destroyed_by_association }
    attempt { Ship.reset_counters(ship.id, :sailors, touch: true) && ship.reload.crew == ship.sailors.count }
    attempt { Ship.reset_counters(ship.id, :crew) && ship.reload.crew == ship.sailors.count }
    attempt { Ship.counter_cached_association_names + Sailor.counter_cached_association_names }
    attempt { ship.touch_later && ship.changed? }
    attempt { ship.update!(name: "T") && Port.last.updated_at.nil? }
  end
end
