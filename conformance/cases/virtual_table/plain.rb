# older_rails: true
# adapters: sqlite3
class Plain < ActiveRecord::Migration[8.1]
  def change
    create_virtual_table :docs, :fts5, ["title", "body"]
    drop_virtual_table :docs, :fts5, ["title", "body"]
  end
end
