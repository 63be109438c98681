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

class SelectResults < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (name, age, created_at, updated_at) VALUES ('a', 1, '2020-01-01', '2020-01-02 03:04:05'), ('b', NULL, '2020-01-01', '2020-01-01')"
    say connection.select_value("SELECT COUNT(*) FROM users").inspect
    say connection.select_values("SELECT name FROM users ORDER BY name").inspect
    say connection.select_rows("SELECT name, age FROM users ORDER BY name").inspect
    say connection.select_one("SELECT name, age FROM users ORDER BY name").inspect
    say connection.select_all("SELECT name, age FROM users ORDER BY name").to_a.inspect
    say connection.select_one("SELECT name FROM users WHERE age = 99").inspect
    say connection.update("UPDATE users SET age = 5").inspect
    say connection.delete("DELETE FROM users WHERE name = 'a'").inspect
    say connection.exec_query("SELECT name AS n FROM users").rows.inspect
    connection.select_all("SELECT id, name FROM users").each { |row| say row["name"] }
    say connection.insert("INSERT INTO users (name, created_at, updated_at) VALUES ('c', '2020-01-01', '2020-01-01')").inspect
    say connection.select_value("SELECT 1.5").inspect
    say connection.select_value("SELECT NULL").inspect
    say connection.select_value("SELECT 'text'").inspect
  end
end
