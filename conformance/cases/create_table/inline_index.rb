class InlineIndex < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x, index: true
      t.string :y, index: { unique: true }
      t.string :z, index: { name: "by_z", unique: false }
      t.index :x, name: "again"
      t.index [:x, :y]
    end
  end
end
