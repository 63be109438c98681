class NotNull < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, null: false
      t.string :y, null: true
      t.timestamp :z, null: false
      t.integer :w, null: nil
    end
  end
end
