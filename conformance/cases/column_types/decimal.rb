# older_rails: true
class Decimal < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.decimal :d1, precision: 10, scale: 2
      t.decimal :d2, precision: 10
      t.decimal :d3, precision: 5, scale: 0, default: 1.5
      t.decimal :d4, precision: 10, scale: 2, default: "9.99", null: false
      t.numeric :d5, precision: 65, scale: 30
    end
  end
end
