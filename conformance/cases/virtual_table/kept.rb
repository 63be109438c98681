# older_rails: true
# adapters: sqlite3
class Kept < ActiveRecord::Migration[8.1]
  def change
    create_table :posts do |t|
      t.string :title
    end
    create_virtual_table :docs, :fts5, ["title", "body"]
    create_virtual_table :places, :rtree, ["id", "left", "right"]
    create_virtual_table :notes, :fts4, ["title"]
  end
end
