class WithDefault < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x, null: false, default: "it's", limit: 40
      t.datetime :y, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
      t.integer :z, comment: "z"
    end
    rename_column :a, :x, :xx
    rename_column :a, :y, :yy
    rename_column :a, :z, :zz
  end
end
