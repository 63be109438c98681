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

class SelectBinds < ActiveRecord::Migration[8.1]
  def change
    say connection.exec_query("SELECT 1 AS one", "Named").to_a.inspect
    say connection.select_value("SELECT 2", "Two").inspect
  end
end
