class CreateOrders < ActiveRecord::Migration[7.1]
  def change
    create_table :orders do |t|
      t.references :customer, null: false, foreign_key: { on_delete: :cascade }
      t.string :number, limit: 20, null: false
      t.integer :status, default: 0, null: false, limit: 2
      t.datetime :placed_at

      t.timestamps
      t.index [:customer_id, :placed_at]
    end

    create_table :order_lines do |t|
      t.references :order, null: false, foreign_key: true
      t.references :product, null: false, foreign_key: true
      t.integer :quantity, null: false, default: 1
      t.decimal :unit_price, precision: 10, scale: 2, null: false
    end
  end
end
