# adapters: sqlite3, mysql2
class JsonbElsewhere < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.jsonb :x }
  end
end
