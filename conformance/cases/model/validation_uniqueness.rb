# run: migrate
# What a uniqueness validation asks the database, and when; presence of associations, and validations of associated records.
class Owner < ActiveRecord::Base
  has_many :things
  has_one :label
  validates :name, uniqueness: true
  validates_associated :things
  validates :things, presence: { on: :full }, length: { maximum: 1, on: :full }
  validates :label, absence: { on: :bare }
end

class Thing < ActiveRecord::Base
  belongs_to :owner, optional: true
  enum :size, { small: 1, large: 2 }
  validates :name, uniqueness: { scope: [:owner, :size] }, presence: true
  validates :code, uniqueness: { case_sensitive: false, allow_nil: true, message: "%{value} is taken" }
  validates :size, uniqueness: { conditions: -> { where(code: "x") } }, on: :sizes
  validates :size, uniqueness: { conditions: ->(thing) { where(owner_id: thing.owner_id) }, scope: :name }, on: :owned
end

class SmallThing < Thing
end

class Label < ActiveRecord::Base
  belongs_to :owner
end

class ValidationUniqueness < ActiveRecord::Migration[8.1]
  def up
    create_table(:owners) { |t| t.string :name, index: { unique: true } }
    create_table(:things) { |t| t.string :name, :code; t.integer :size; t.references :owner }
    create_table(:labels) { |t| t.references :owner; t.string :text }
    ann = Owner.create!(name: "ann")
    say Owner.new(name: "ann").tap(&:valid?).errors.details.inspect
    ann.update!(name: "ann")
    ann.update!(name: "anna")
    one = Thing.create!(name: "one", size: :small, owner: ann, code: "x")
    twin = Thing.new(name: "one", size: :small, owner: ann, code: "X")
    say twin.valid?.inspect
    say twin.errors.full_messages.inspect
    say twin.errors.details.inspect
    say SmallThing.new(name: "one", size: :small, owner: ann).valid?.inspect
    say Thing.new(name: "one", size: :large, owner: ann).valid?.inspect
    say Thing.new(name: "one", size: :small).valid?.inspect
    say Thing.new(size: :small, name: "two").valid?(:sizes).inspect
    say Thing.new(size: :small, name: "one", owner: ann).valid?(:owned).inspect
    say one.update(name: "other").inspect
    say one.update(code: "y").inspect
    say ann.valid?(:full).inspect
    say Owner.new(name: "b").tap { |owner| owner.valid?(:full) }.errors.full_messages.inspect
    bare = Owner.new(name: "c", label: Label.new)
    say bare.valid?(:bare).inspect
    say bare.errors.full_messages.inspect
    bad = Owner.new(name: "d", things: [Thing.new, Thing.new(name: "n")])
    say bad.valid?.inspect
    say bad.errors.to_hash.inspect
    bad.things.first.mark_for_destruction
    say bad.valid?.inspect
    say Label.new(text: "x").tap(&:valid?).errors.details.inspect
    label = Label.create!(owner: ann)
    label.update!(text: "y")
    say label.update(owner: nil).inspect
  end
end
