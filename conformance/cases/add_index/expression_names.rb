# adapters: postgresql
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

class ExpressionNames < ActiveRecord::Migration[8.1]
  def change
    add_index :users, "lower(name)"
    add_index :users, "(age + 1), (age - 1)"
    add_index :users, "lower(name), email DESC", unique: true, where: "age > 0"
  end
end
