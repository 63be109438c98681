# adapters: sqlite3, mysql2
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

class VirtualAddedNotStored < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :upper_name, :virtual, type: :string, as: "UPPER(name)"
    remove_column :users, :name, :string
  end
end
