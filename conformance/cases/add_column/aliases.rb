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

class Aliases < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :a, :numeric, precision: 6, scale: 2
    add_column :users, :b, :blob
    add_column :users, :c, :timestamp
    add_column :users, :d, :json
    add_column :users, :e, "double precision"
  end
end
