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

class ColumnMismatch < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, name: "by_name"
    remove_index :users, column: :email, name: "by_name"
  end
end
