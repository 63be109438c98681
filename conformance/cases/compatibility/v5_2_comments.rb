# adapters: mysql2, postgresql
class V52Comments < ActiveRecord::Migration[5.2]
  def change
    create_table(:a) { |t| t.string :x }
    change_column_comment :a, :x, "c"
    change_table_comment :a, "t"
  end
end
