# run: migrate
class Types < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.boolean :b; t.datetime :d; t.decimal :e, precision: 8, scale: 2; t.json :j; t.text :t; t.date :dd }
    change_column_default :a, :b, true
    change_column_default :a, :b, false
    change_column_default :a, :d, "2020-01-01 00:00:00"
    change_column_default :a, :d, -> { "CURRENT_TIMESTAMP" }
    change_column_default :a, :e, 1.5
    change_column_default :a, :dd, Date.new(2021, 3, 4)
  end
end
