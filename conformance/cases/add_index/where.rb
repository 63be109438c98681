# older_rails: true
# adapters: sqlite3, postgresql
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

class Where < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, where: "age > 10"
    add_index :users, :email, unique: true, where: "(email IS NOT NULL AND name = 'x')", name: "partial"
  end
end
