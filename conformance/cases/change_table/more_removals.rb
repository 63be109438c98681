# run: migrate
class MoreRemovals < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_table(:posts) do |t|
      t.references :user, foreign_key: true
      t.references :owner, polymorphic: true
      t.string :x
      t.integer :n
      t.timestamps
      t.index :x, name: "by_x"
    end
    change_table :posts do |t|
      t.remove_references :owner, polymorphic: true
      t.remove_index :x
      t.remove_timestamps
      t.remove_foreign_key :users
      t.remove_references :user
      say t.foreign_key_exists?(:users).inspect
      say t.check_constraint_exists?(name: "positive").inspect
      t.remove :x, :n
    end
  end
end
