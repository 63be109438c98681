# run: migrate
class IntrospectionOfIndexes < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x; t.string :y; t.integer :z }
    add_index :a, :x, unique: true
    add_index :a, [:x, :y], order: { y: :desc }, name: "both"
    add_index :a, :z, comment: "z"
    indexes(:a).sort_by(&:name).each do |index|
      say [index.table, index.name, index.unique, index.columns, index.orders, index.where, index.using, index.comment].inspect
    end
    say index_exists?(:a, :x, unique: true, name: "index_a_on_x").inspect
    say index_exists?(:a, "x").inspect
    say index_exists?(:a, [:y, :x]).inspect
  end
end
