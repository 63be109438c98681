# older_rails: true
# adapters: mysql2, postgresql
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

class Using < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, using: :btree
    add_index :users, :email, using: "hash"
  end
end
