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

class DefaultFunction < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :b, :integer, default: -> { "(1 + 1)" }
  end
end
