# run: migrate
class IntrospectionOfColumns < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :s, limit: 20, null: false, default: "it's"
      t.decimal :d, precision: 8, scale: 3
      t.integer :i, limit: 2, default: 7
      t.boolean :b, default: true
      t.datetime :at, precision: 3
      t.datetime :auto, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
      t.text :t
      t.binary :bin
      t.json :j
    end
    columns(:a).each do |column|
      say [column.name, column.type, column.sql_type, column.limit, column.precision, column.scale, column.null].inspect
      say [column.default, column.default_function, column.collation, column.comment].inspect
    end
  end
end
