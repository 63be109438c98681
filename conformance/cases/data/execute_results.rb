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

class ExecuteResults < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (name, created_at, updated_at) VALUES ('a', '2020-01-01', '2020-01-01')"
    rows = execute("SELECT name FROM users")
    say rows.to_a.size.inspect
    say rows.map { |row| row }.size.inspect
    rows.each { |row| say (row.is_a?(Hash) ? row["name"] : row[0]).inspect }
  end
end
