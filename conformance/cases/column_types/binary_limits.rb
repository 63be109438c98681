class BinaryLimits < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.binary :b1, limit: 100
      t.binary :b2, limit: 255
      t.binary :b3, limit: 256
      t.binary :b4, limit: 70000
      t.binary :b5, limit: 16777216
    end
  end
end
