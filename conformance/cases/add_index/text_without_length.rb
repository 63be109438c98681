# adapters: mysql2
# run: migrate
class TextWithoutLength < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.text :x }
    add_index :a, :x
  end
end
