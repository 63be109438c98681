class V60Datetime < ActiveRecord::Migration[6.0]
  def change
    create_table(:a) { |t| t.datetime :d; t.timestamps; t.time :x; t.decimal :e, precision: 5 }
    change_table(:a) { |t| t.datetime :f }
  end
end
