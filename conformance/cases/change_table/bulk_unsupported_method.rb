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

class BulkUnsupportedMethod < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.string :x
      t.drop_it
    end
  end
end
