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

class IrreversibleChangeDefault < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) { |t| t.change_default :name, "x" }
  end
end
