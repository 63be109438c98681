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

class IfNotExists < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) do |t|
      t.string :name, if_not_exists: true
      t.index :name, if_not_exists: true
    end
  end
end
