class IntegerLimits < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.integer :i1, limit: 1
      t.integer :i2, limit: 2
      t.integer :i3, limit: 3
      t.integer :i4, limit: 4
      t.integer :i5, limit: 5
      t.integer :i8, limit: 8
      t.bigint :b, limit: 8
    end
  end
end
