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

class NestedChangeTable < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) do |t|
      t.string :a
      t.rename :name, :title
      t.index :a
    end
    change_table :users, bulk: true do |t|
      t.remove :email, type: :string, null: false
      t.remove_timestamps
    end
  end
end
