# adapters: sqlite3
# run: migrate
class AlterKeepsEverything < ActiveRecord::Migration[8.1]
  def change
    create_table :a, id: :string do |t|
      t.string :x, collation: "NOCASE", null: false, default: "it's"
      t.virtual :y, type: :string, as: "upper(x)", stored: true
      t.integer :n, limit: 2
      t.decimal :d, precision: 8, scale: 3
      t.check_constraint "n > 0", name: "positive"
      t.index [:x, :n], unique: true, where: "n > 5", order: { n: :desc }
    end
    change_column_default :a, :n, 7
    change_column :a, :d, :decimal, precision: 9, scale: 4
    add_check_constraint :a, "n < 100"
    remove_check_constraint :a, name: "positive"
    rename_column :a, :n, :m
  end
end
