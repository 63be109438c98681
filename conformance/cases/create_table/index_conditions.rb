# adapters: sqlite3, postgresql
class IndexConditions < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x
      t.index :x, where: "x IS NOT NULL"
      t.index "lower(x)", name: "lower_x"
      t.index "lower(x)"
    end
  end
end
