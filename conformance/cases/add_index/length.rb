# older_rails: true
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

class Length < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, length: 10
    add_index :users, [:name, :email], length: { name: 5 }
    add_index :users, [:email, :name], length: 20
  end
end
