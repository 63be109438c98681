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

class TooLong < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    rename_index :users, "index_users_on_name", "n" * 70
  end
end
