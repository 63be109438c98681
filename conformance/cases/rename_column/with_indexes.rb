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

class WithIndexes < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, unique: true
    add_index :users, [:name, :email]
    add_index :users, :email, name: "custom"
    rename_column :users, :name, :title
  end
end
