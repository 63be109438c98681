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

class Type < ActiveRecord::Migration[8.1]
  def change
    change_column :users, :name, :text
    change_column :users, :age, :bigint
    change_column :users, :email, :string, limit: 100
  end
end
