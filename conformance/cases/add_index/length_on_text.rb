# adapters: mysql2
class LengthOnText < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.text :x; t.text :y, index: { length: 20 } }
    add_index :a, :x, length: 50, unique: true
  end
end
