# adapters: sqlite3
class Irreversible < ActiveRecord::Migration[8.1]
  def change
    create_virtual_table :docs, :fts5, ["title"]
  end
end

class IrreversibleAgain < ActiveRecord::Migration[8.1]
  def change
    drop_virtual_table :docs
  end
end
