class DatetimePrecisionTooLarge < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.datetime :x, precision: 7 }
  end
end
