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

class RemoveByName < ActiveRecord::Migration[8.1]
  def change
    add_unique_constraint :users, [:name], name: "one"
  end
end

class RemoveByNameAgain < ActiveRecord::Migration[8.1]
  def change
    remove_unique_constraint :users, name: "one"
  end
end
