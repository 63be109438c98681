# adapters: sqlite3, mysql2
class UuidElsewhere < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.uuid :x }
  end
end
