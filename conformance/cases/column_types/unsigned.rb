# older_rails: true
# adapters: mysql2
class Unsigned < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.unsigned_integer :a
      t.unsigned_bigint :b
      t.integer :c, unsigned: true
      t.integer :d, unsigned: true, limit: 1, default: 7, null: false
      t.float :e, unsigned: true
      t.decimal :f, unsigned: true, precision: 8, scale: 2
    end
  end
end
