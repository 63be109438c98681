# adapters: sqlite3, mysql2
class Elsewhere < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy"]
  end
end
