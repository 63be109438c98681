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

class Plain < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    add_index :users, [:name, :email]
    add_index :users, :email, name: "by_email"
  end
end

class PlainAgain < ActiveRecord::Migration[8.1]
  def change
    remove_index :users, :name
    remove_index :users, column: [:name, :email]
    remove_index :users, :email, name: "by_email"
  end
end
