# adapters: mysql2
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

class After < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :a, :string, after: :name
    add_column :users, :b, :string, first: true
    add_column :users, :c, :string, after: "email", null: false, default: "x", comment: "it"
  end
end
