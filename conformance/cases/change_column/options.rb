# run: migrate
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

class Options < ActiveRecord::Migration[8.1]
  def change
    change_column :users, :name, :string, null: false, default: "x"
    change_column :users, :age, :integer, default: nil
    change_column :users, :email, :string, null: true, comment: "mail"
  end
end
