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

class ToArray < ActiveRecord::Migration[8.1]
  def change
    change_column :users, :name, :string, array: true, using: "ARRAY[name]", default: []
  end
end
