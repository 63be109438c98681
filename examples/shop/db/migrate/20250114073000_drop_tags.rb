class DropTags < ActiveRecord::Migration[8.1]
  def change
    drop_join_table :products, :tags do |t|
      t.index [:product_id, :tag_id], unique: true
    end

    drop_table(:tags) { |t| t.string :label, null: false }

    unless column_exists?(:orders, :currency)
      add_column :orders, :currency, :string, limit: 3, default: "EUR", null: false
    end
  end
end
