# adapters: sqlite3, mysql2
class Elsewhere < ActiveRecord::Migration[8.1]
  def change
    enable_extension "hstore"
  end
end
