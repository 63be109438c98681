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

class IfNotExists < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    add_index :users, :name, if_not_exists: true
    add_index :users, :email, if_not_exists: true
    add_index :users, [:name, :email], name: "both", if_not_exists: true
  end
end
