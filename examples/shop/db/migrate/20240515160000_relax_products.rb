class RelaxProducts < ActiveRecord::Migration[7.2]
  def change
    change_column_default :products, :stock, from: 0, to: nil
    change_column_null :products, :stock, true

    reversible do |direction|
      direction.up { change_column :products, :name, :string, limit: 180, null: false }
      direction.down { change_column :products, :name, :string, null: false }
    end
  end
end
