# older_rails: true
class DatetimePrecision < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.datetime :a
      t.datetime :b, precision: nil
      t.datetime :c, precision: 0
      t.datetime :d, precision: 3
      t.time :e, precision: 3
      t.timestamp :f, precision: 6
      t.timestamp :g, precision: nil, null: true
    end
  end
end
