# older_rails: true
# adapters: sqlite3
# run: migrate
class StrictAndWithoutRowid < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, options: "STRICT") { |t| t.integer :x }
    change_column_null :a, :x, false
  end
end
