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

class Order < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, order: :desc
    add_index :users, [:name, :email], order: { name: :desc, email: :asc }
    add_index :users, [:email, :name], order: { name: "DESC NULLS LAST" }, name: "with_nulls"
  end
end
