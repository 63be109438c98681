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

class Missing < ActiveRecord::Migration[8.1]
  def change
    remove_unique_constraint :users, :name
  end
end
