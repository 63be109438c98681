# A default scope that is said to be for all queries, and reads.
class ScopeOfAllQueries < ActiveRecord::Migration[8.1]
  class Pet < ActiveRecord::Base
    default_scope -> { where(kind: 1) }, all_queries: true
  end

  class Owner < ActiveRecord::Base
    has_many :pets, deprecated: true
  end

  def up
    create_table(:owners) { |t| t.string :name }
    create_table :pets do |t|
      t.string :name
      t.integer :kind
      t.integer :owner_id
    end
    owner = Owner.create!(name: "o")
    Pet.create!(name: "a", owner_id: owner.id)
    say Pet.pluck(:name, :kind).inspect
    say Pet.where(name: "a").update_all(name: "b")
    say owner.pets.map(&:name).inspect
  end

  def down
    drop_table :owners
    drop_table :pets
  end
end
