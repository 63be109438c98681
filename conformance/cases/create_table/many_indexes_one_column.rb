class ManyIndexesOneColumn < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, index: { unique: true, name: "one" }
      t.index :x, name: "two"
      t.index "x", name: "three", unique: true
    end
  end
end
