# run: migrate
class RenameKeepsCustom < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x; t.string :y }
    add_index :a, [:x, :y]
    add_index :a, :x, name: "index_a_on_x"
    rename_column :a, :x, :z
    rename_table :a, :b
    say indexes(:b).map(&:name).sort.inspect
  end
end
