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

class FromTo < ActiveRecord::Migration[8.1]
  def change
    change_column_default :users, :name, from: nil, to: "it's"
    change_column_default :users, :age, from: nil, to: 0
  end
end
