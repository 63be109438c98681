# run: migrate
class SplatOptions < ActiveRecord::Migration[8.1]
  def change
    options = { null: false, default: "" }
    create_table :a, **{ comment: nil } do |t|
      t.string :x, **options
      t.string :y, **options.merge(limit: 20)
    end
    add_column :a, :z, :string, **options
    add_index :a, :z, **{ unique: true }
  end
end
