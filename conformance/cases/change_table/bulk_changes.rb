# run: migrate
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps
    end
  end
end

class BulkChanges < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    change_table :users, bulk: true do |t|
      t.change :name, :text, null: false
      t.change_default :age, 5
      t.change_null :email, false, "x"
      t.remove_index :name
      t.remove_timestamps
      t.references :company, foreign_key: false
      t.datetime :seen_at, comment: "seen"
    end
  end
end
