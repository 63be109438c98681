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

class Bulk < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.string :nick
      t.integer :score, default: 0, null: false
      t.remove :email, type: :string
      t.rename :name, :full_name
      t.index :nick
    end
  end
end
