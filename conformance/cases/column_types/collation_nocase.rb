# adapters: sqlite3
class CollationNocase < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, collation: "NOCASE" }
    add_column :a, :y, :string, collation: "RTRIM"
    change_column :a, :x, :string, collation: "BINARY"
    rename_column :a, :x, :z
  end
end
