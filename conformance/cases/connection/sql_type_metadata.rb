# run: migrate
class AskForTypes < ActiveRecord::Migration[8.1]
  def up
    create_table :things do |t|
      t.string :name, limit: 30
      t.decimal :price, precision: 8, scale: 2
      t.datetime :seen_at, precision: 3
    end
    columns(:things).each do |column|
      type = column.sql_type_metadata
      say [column.name, type.type, type.sql_type, type.limit, type.precision, type.scale].inspect
    end
  end
end
