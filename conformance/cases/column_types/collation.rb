# older_rails: true
# adapters: sqlite3, postgresql
class Collation < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, collation: "C" }
  end
end
