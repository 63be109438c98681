class DecimalScaleAlone < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.decimal :x, scale: 2 }
  end
end
