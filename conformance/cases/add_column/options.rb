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

class Options < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :a, :decimal, precision: 10, scale: 2, default: 0.5
    add_column :users, :b, :datetime, null: true, default: -> { "CURRENT_TIMESTAMP" }, if_not_exists: true
    add_column :users, :name, :string, if_not_exists: true
  end
end
