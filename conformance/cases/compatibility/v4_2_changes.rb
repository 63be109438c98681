# run: migrate
class V42Changes < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x; t.datetime :at }
    change_column :a, :x, :string, null: false, default: ""
    change_column :a, :at, :datetime, null: true
    change_column_null :a, :x, true
    change_column_default :a, :x, nil
    rename_column :a, :x, :y
    rename_table :a, :b
  end
end
