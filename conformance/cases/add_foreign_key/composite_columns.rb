class CompositeColumns < ActiveRecord::Migration[8.1]
  def change
    create_table(:shops, primary_key: [:region, :id]) { |t| t.integer :region; t.integer :id }
    create_table(:items) { |t| t.integer :a; t.integer :b }
    add_foreign_key :items, :shops, column: [:a, :b], primary_key: [:region, :id], on_delete: :cascade
  end
end
