class V61Datetime < ActiveRecord::Migration[6.1]
  def change
    create_table :a do |t|
      t.datetime :d
      t.timestamp :t
      t.time :m
      t.datetime :p, precision: 3
      t.timestamps
    end
    add_column :a, :e, :datetime
    add_column :a, :f, :datetime, precision: 6
    change_table(:a) { |t| t.datetime :g; t.timestamp :h }
  end
end
