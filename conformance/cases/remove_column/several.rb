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
    remove_columns :users, :name, :email, type: :string
  end
end
