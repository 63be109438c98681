# older_rails: true
# adapters: postgresql
class Arrays < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, array: true
      t.integer :y, array: true, default: []
      t.text :z, array: true, default: ["a", "b,c", 'd"e'], null: false
      t.integer :i, array: true, default: [1, 2, 3], limit: 8
      t.decimal :d, precision: 10, scale: 2, array: true
      t.datetime :dt, array: true, precision: 3
    end
    add_column :a, :w, :string, array: true, default: "{}"
  end
end
