# adapters: sqlite3, postgresql
class V70ExpressionIndex < ActiveRecord::Migration[7.0]
  def change
    create_table(:a) { |t| t.string :x }
    add_index :a, "lower(x)"
  end
end
