class Assured < ActiveRecord::Migration[8.1]
  def change
    safety_assured do
      create_table :posts
      add_index :posts, :id, name: "by_id"
    end
  end
end

class AssuredAndReversible < ActiveRecord::Migration[8.1]
  def change
    safety_assured { add_column :posts, :title, :string }
    reversible do |direction|
      direction.up { safety_assured { execute "SELECT 2" } }
      direction.down { safety_assured { execute "SELECT 3" } }
    end
  end
end

class Classy < ActiveRecord::Migration[8.1]
  def self.up
    say "answer #{safety_assured { 42 }}"
  end
end

class Stopped < ActiveRecord::Migration[8.1]
  def up = stop!("Not this way")
end
