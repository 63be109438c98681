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

class Using < ActiveRecord::Migration[8.1]
  def change
    change_column :users, :name, :integer, using: "name::integer"
    change_column :users, :age, :string, using: "age::text", default: "1"
    change_column :users, :email, :string, cast_as: :text, array: false
  end
end
