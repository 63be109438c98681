class V72Plain < ActiveRecord::Migration[7.2]
  def change
    create_table(:a) { |t| t.datetime :x; t.references :b, foreign_key: false }
    add_index :a, :x
    rename_table :a, :c
  end
end
