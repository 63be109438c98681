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

class BulkError < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.string :x
      t.string :name
    end
  end
end
