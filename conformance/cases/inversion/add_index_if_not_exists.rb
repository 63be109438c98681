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

class AddIndexIfNotExists < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, if_not_exists: true, name: "x"
    add_column :users, :z, :string, if_not_exists: true
  end
end
