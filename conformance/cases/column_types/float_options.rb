class FloatOptions < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.float :a, limit: 24
      t.float :b, limit: 53
      t.float :c, precision: 10
      t.float :d, default: 1.0, null: false
    end
  end
end
