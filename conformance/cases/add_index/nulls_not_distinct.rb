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

class NullsNotDistinct < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, unique: true, nulls_not_distinct: true
    add_index :users, :email, unique: true, nulls_not_distinct: false
  end
end
