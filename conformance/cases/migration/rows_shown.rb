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

class RowsShown < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (name, created_at, updated_at) VALUES ('a', '2020-01-01', '2020-01-01'), ('b', '2020-01-01', '2020-01-01')"
    update "UPDATE users SET age = 3"
    insert "INSERT INTO users (name, created_at, updated_at) VALUES ('c', '2020-01-01', '2020-01-01')"
    delete "DELETE FROM users WHERE name = 'a'"
    select_value "SELECT COUNT(*) FROM users"
    select_values "SELECT name FROM users ORDER BY name"
    select_all "SELECT name FROM users"
    select_one "SELECT name, age FROM users ORDER BY name"
    select_rows "SELECT name, age FROM users ORDER BY name"
  end
end
