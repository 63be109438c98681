# run: migrate
# What writers of associations do with what was there, and what a save takes along.
class Hub < ActiveRecord::Base
  has_many :spokes, before_add: :check, after_add: ->(hub, spoke) { hub.heard << "added #{spoke.name}" },
    before_remove: [:keep], after_remove: ->(hub, spoke) { hub.heard << "removed #{spoke.name}" }
  has_many :nuts, autosave: true, index_errors: true, dependent: :destroy
  has_many :rims, -> { where(kind: "r").order(:id) }, dependent: :delete_all
  has_many :wires, validate: false, autosave: false
  has_one :axle
  has_one :cap, dependent: :destroy, autosave: true
  has_one :seal, dependent: :delete
  has_one :pin, dependent: :nullify, required: true
  has_many :fittings
  has_many :wheels, through: :fittings
  has_one :fitting
  has_one :wheel, through: :fitting
  belongs_to :frame, optional: true, autosave: true, touch: true
  belongs_to :place, polymorphic: true, optional: true
  def heard = @heard ||= []
  def check(spoke) = spoke.name == "bad" ? throw(:abort) : heard << "adding #{spoke.name}"
  def keep(spoke) = spoke.name == "kept" && throw(:abort)
end
class Spoke < ActiveRecord::Base
  belongs_to :hub, counter_cache: true, optional: true
  validates :name, presence: true
end
class Nut < ActiveRecord::Base
  belongs_to :hub
  validates :name, presence: true
end
class Rim < ActiveRecord::Base; belongs_to :hub; end
class Wire < ActiveRecord::Base; belongs_to :hub; validates :name, presence: true; end
class Axle < ActiveRecord::Base; belongs_to :hub, optional: true; validates :name, presence: true, on: :update; end
class Cap < ActiveRecord::Base; belongs_to :hub; validates :name, presence: true; end
class Seal < ActiveRecord::Base; belongs_to :hub; end
class Pin < ActiveRecord::Base; belongs_to :hub, optional: true; end
class Fitting < ActiveRecord::Base; belongs_to :hub; belongs_to :wheel; end
class Wheel < ActiveRecord::Base
  has_many :fittings, inverse_of: :wheel
  has_many :hubs, through: :fittings
end
class Frame < ActiveRecord::Base; has_many :hubs; validates :name, presence: true; end
class Place < ActiveRecord::Base; has_many :hubs, as: :place; end
class Town < ActiveRecord::Base; has_one :hub, as: :place; end

class AssociationWriting < ActiveRecord::Migration[8.1]
  def attempt
    answer = yield
    say answer.inspect
  rescue StandardError => e
    say "#{e.class}: #{e.message}"
  end

  def up
    create_table(:frames) { |t| t.string :name; t.datetime :updated_at }
    create_table(:places) { |t| t.string :name }
    create_table(:towns) { |t| t.string :name }
    create_table(:hubs) { |t| t.string :name; t.integer :spokes_count, default: 0; t.references :frame; t.references :place, polymorphic: true }
    %i[spokes nuts rims wires axles caps seals pins].each { |name| create_table(name) { |t| t.string :name, :kind; t.references :hub } }
    create_table(:wheels) { |t| t.string :name }
    create_table(:fittings) { |t| t.references :hub; t.references :wheel; t.string :kind }

    attempt { Hub.create!(name: "no pin") }
    hub = Hub.create!(name: "h", pin: Pin.new(name: "p"))
    say hub.pin.persisted?

    hub.spokes << Spoke.new(name: "a")
    attempt { hub.spokes << [Spoke.new(name: "b"), Spoke.new(name: "bad")] }
    attempt { (hub.spokes << Spoke.new(name: nil)).class }
    attempt { hub.spokes.map(&:name) }
    attempt { hub.spokes.create(name: "c").id }
    attempt { hub.spokes.create([{ name: "d" }, { name: "kept" }]).map(&:name) }
    attempt { hub.spokes_count }
    attempt { hub.spokes.delete(hub.spokes.first).map(&:name) }
    attempt { hub.spokes.delete(hub.spokes.last) }
    attempt { hub.spokes.destroy(hub.spokes.find_by(name: "c").id).map(&:name) }
    attempt { [hub.spokes.size, hub.reload.spokes_count, hub.spokes.count] }
    attempt { hub.spokes = [hub.spokes.first, Spoke.new(name: "e")]; hub.spokes.map(&:name) }
    attempt { hub.spokes = [Spoke.new] }
    attempt { hub.spokes.map(&:name) }
    attempt { hub.spoke_ids = Spoke.order(:id).ids.map(&:to_s) + [""]; hub.spoke_ids.size }
    attempt { hub.spokes.clear.size }
    attempt { hub.heard }
    attempt { [Spoke.pluck(:hub_id), hub.reload.spokes_count] }

    attempt { hub.nuts.build; hub.nuts.build(name: "ok"); hub.save }
    attempt { hub.errors.map { |error| [error.attribute, error.class.name, error.full_message] } }
    hub.nuts.first.name = "now"
    attempt { hub.save }
    hub.nuts.first.mark_for_destruction
    attempt { [hub.changed_for_autosave?, hub.nuts.size, hub.save, hub.nuts.size, hub.nuts.reload.map(&:name)] }
    hub.nuts.first.name = ""
    attempt { [hub.valid?, hub.errors.full_messages, hub.save(validate: false), Nut.pluck(:name)] }
    hub.reload
    hub.wires.build
    attempt { [hub.valid?, hub.save, Wire.count] }
    attempt { hub.rims.create!(name: "x").kind }
    attempt { [hub.rims.delete_all, Rim.count] }

    hub.axle = Axle.new
    attempt { hub.axle = Axle.new(name: "second") }
    attempt { hub.reload.axle.id }
    attempt { Axle.update_all(name: "named"); hub.reload.axle = Axle.new(name: "second"); Axle.order(:id).pluck(:name, :hub_id) }
    attempt { hub.create_axle!(name: "third").hub_id }
    attempt { hub.axle = nil; Axle.pluck(:hub_id) }
    attempt { hub.create_cap(name: nil).persisted? }
    attempt { hub.cap = Cap.new(name: nil) }
    attempt { hub.cap = Cap.new(name: "one"); hub.cap = Cap.new(name: "two"); Cap.pluck(:name) }
    hub.cap.name = "three"
    attempt { [hub.save, Cap.pluck(:name)] }
    hub.cap.mark_for_destruction
    attempt { [hub.save, hub.cap.destroyed?, hub.reload.cap, Cap.count] }
    attempt { hub.seal = Seal.new; hub.seal = Seal.new; Seal.count }
    attempt { hub.build_seal.persisted? }
    attempt { [hub.seal.new_record?, Seal.count, hub.save, Seal.count] }
    attempt { hub.pin = nil; hub.valid? }
    attempt { hub.errors.full_messages }
    attempt { hub.pin = Pin.first; Pin.pluck(:hub_id) }

    fresh = Hub.new(name: "new", pin: Pin.new)
    fresh.wheels.build(name: "w")
    fresh.wheels << Wheel.create!(name: "v")
    attempt { [fresh.wheels.size, fresh.fittings.size, fresh.save, Fitting.count, fresh.wheels.reload.map(&:name)] }
    attempt { fresh.wheels.create!(name: "u").fittings.size }
    attempt { fresh.wheels << fresh.wheels.first; fresh.wheels.reload.size }
    attempt { fresh.wheels = [fresh.wheels.first]; fresh.wheels.reload.map(&:name) }
    attempt { fresh.wheels.destroy_all.size; Fitting.count }
    attempt { fresh.wheel_ids = Wheel.ids; fresh.wheels.delete(Wheel.first); Fitting.count }
    attempt { [fresh.wheels.delete_all, Fitting.count, Wheel.count] }
    attempt { fresh.reload.wheel = Wheel.last; fresh.fitting.wheel_id == Wheel.last.id }
    attempt { fresh.wheel = Wheel.first; Fitting.count }
    attempt { fresh.wheel = nil; Fitting.count }
    attempt { fresh.create_wheel(name: "t").id && Fitting.count }
    attempt { Wheel.first.hubs.include?(fresh) }

    attempt { hub.frame = Frame.new; hub.save }
    attempt { hub.errors.full_messages }
    hub.frame.name = "f"
    attempt { [hub.save, hub.frame_id == Frame.last.id, hub.frame_changed?, hub.frame_previously_changed?] }
    hub.frame.name = "g"
    attempt { [hub.save, Frame.last.name] }
    hub.frame.mark_for_destruction
    attempt { [hub.save, hub.frame_id, Frame.count] }
    place, town = Place.create!(name: "p"), Town.create!(name: "t")
    attempt { hub.update!(place: place); [hub.place_type, place.hubs.reload.size] }
    attempt { town.hub = hub; [hub.place_type, hub.reload.place, hub.place_changed?] .map(&:class) }
    attempt { hub.place_type = "Place"; hub.place&.name }
    attempt { hub.place = nil; [hub.place_id, hub.place_type] }
    attempt { hub.reload.destroy.destroyed? }
    attempt { [Pin.pluck(:hub_id), Nut.count, Seal.count] }
  end
end
