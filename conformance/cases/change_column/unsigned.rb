# adapters: mysql2
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

class Unsigned < ActiveRecord::Migration[8.1]
  def change
    change_column :users, :age, :integer, unsigned: true
    change_column :users, :id, :integer
    change_column :users, :id, :bigint, auto_increment: true
  end
end
