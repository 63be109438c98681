# older_rails: true
class Composite < ActiveRecord::Migration[8.1]
  def change
    create_table(:shops, primary_key: [:region, :id]) { |t| t.integer :region; t.integer :id }
    create_table(:items) { |t| t.integer :shop_region; t.integer :shop_id }
    add_foreign_key :items, :shops, primary_key: [:region, :id]
  end
end
