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

class ColumnAsStringList < ActiveRecord::Migration[8.1]
  def change
    add_index :users, "name, email" rescue say("no")
    add_index :users, %w[name email], unique: true
    add_index :users, [:name], order: { name: "desc" }, name: "down"
  end
end
