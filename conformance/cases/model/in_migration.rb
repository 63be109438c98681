# run: migrate
class ModelInside < ActiveRecord::Migration[8.1]
  class Thing < ActiveRecord::Base
    self.table_name = "things"
    self.inheritance_column = nil
    belongs_to :owner, class_name: "ModelInside::Owner", optional: true
    enum :state, { fresh: 0, old: 1 }
    scope :named, -> { where.not(name: nil) }
  end

  class Owner < ActiveRecord::Base
    self.table_name = "owners"
    has_many :things, class_name: "ModelInside::Thing"
  end

  def up
    create_table(:owners) { |t| t.string :name }
    create_table(:things) { |t| t.string :name; t.string :type; t.integer :state, default: 0; t.references :owner; t.timestamps null: true }
    owner = Owner.create!(name: "o")
    Thing.create!(name: "x", owner: owner, state: :old)
    say Thing.named.count.inspect
    say Thing.old.pluck(:name).inspect
    say owner.things.map(&:name).inspect
    say Thing.where(owner_id: owner.id).first.state
    Thing.where(state: [0, 1]).limit(5).update_all(name: "y")
    say Thing.joins(:owner).where(owners: { name: "o" }).count.inspect
    say Thing.group(:state).count.inspect
  end
end
