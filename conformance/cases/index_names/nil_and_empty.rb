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

class NilAndEmpty < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, name: nil
    add_index :users, :email, name: ""
  end
end
