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

class Plain < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    rename_index :users, "index_users_on_name", "by_name"
    rename_index :users, :by_name, :by_first_name
  end
end
