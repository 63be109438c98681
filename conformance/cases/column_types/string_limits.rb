class StringLimits < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, limit: 1
      t.string :y, limit: 1000
      t.string :z, limit: nil
    end
  end
end
