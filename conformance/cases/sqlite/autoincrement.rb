# older_rails: true
# adapters: sqlite3
# run: migrate
class Autoincrement < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    execute "CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT)"
    change_column_null :a, :x, false
    change_column_null :b, :x, false
  end
end
