# older_rails: true
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

class Include < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, include: :email
    add_index :users, :age, include: [:name, :email], unique: true, name: "covering"
  end
end
