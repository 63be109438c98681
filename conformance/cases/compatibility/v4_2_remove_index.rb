class V42RemoveIndex < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x; t.string :y }
    add_index :a, :x
    add_index :a, [:x, :y]
    add_index :a, :y, name: "by_y"
    say index_exists?(:a, :x).inspect
    say index_exists?(:a, [:x, :y]).inspect
    say index_exists?(:a, :y, name: "by_y").inspect
    say index_exists?(:a, :y).inspect
    remove_index :a, :x
    remove_index :a, column: [:x, :y]
    remove_index :a, :y, name: "by_y" rescue say("no")
  end
end
