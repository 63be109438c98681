# adapters: mysql2
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

class Algorithms < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, algorithm: :inplace
    add_index :users, :email, algorithm: :copy
    add_index :users, :age, algorithm: :default
  end
end
