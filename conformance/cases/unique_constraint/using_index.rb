# older_rails: true
# adapters: postgresql
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

class UsingIndex < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, unique: true
    add_unique_constraint :users, using_index: "index_users_on_name", name: "unique_name"
  end
end
