# adapters: postgresql
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

class AlgorithmUnknown < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    remove_index :users, :name, algorithm: :quickly
  end
end
