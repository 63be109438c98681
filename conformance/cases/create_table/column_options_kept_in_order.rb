class ColumnOptionsKeptInOrder < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, null: false, default: "a", limit: 20, comment: "c"
      t.decimal :y, scale: 2, precision: 10, null: false, default: "0.0"
      t.datetime :z, null: false, default: -> { "CURRENT_TIMESTAMP(6)" } rescue say("no")
    end
  end
end
