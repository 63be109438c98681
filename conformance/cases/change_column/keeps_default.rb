# run: migrate
class KeepsDefault < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x, default: "a", null: false
      t.datetime :y, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
    end
    change_column :a, :x, :text
    change_column :a, :y, :datetime, precision: 3
  end
end
