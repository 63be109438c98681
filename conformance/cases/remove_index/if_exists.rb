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

class IfExists < ActiveRecord::Migration[8.1]
  def change
    remove_index :users, :name, if_exists: true
    remove_index :users, column: :email, if_exists: true
    remove_index :users, name: "missing", column: :age, if_exists: true
  end
end
