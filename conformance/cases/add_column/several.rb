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

class Several < ActiveRecord::Migration[8.1]
  def change
    add_columns :users, :a, :b, :c, type: :string, null: false, default: ""
  end
end
