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

class Plain < ActiveRecord::Migration[8.1]
  def change
    add_unique_constraint :users, [:name]
    add_unique_constraint :users, [:name, :email], name: "both", deferrable: :deferred
    add_unique_constraint :users, :age, deferrable: :immediate, nulls_not_distinct: true
  end
end
