# adapters: sqlite3, mysql2
class ArrayElsewhere < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, array: true }
  end
end
