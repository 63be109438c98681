class V71Plain < ActiveRecord::Migration[7.1]
  def change
    create_table(:a) { |t| t.string :x; t.references :b; t.timestamps }
    add_index :a, :x
    change_column_null :a, :x, false
  end
end
