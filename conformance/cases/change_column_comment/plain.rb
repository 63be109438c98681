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
    change_column_comment :users, :name, from: nil, to: "it's a name"
    change_table_comment :users, from: nil, to: "all \"users\""
  end
end
