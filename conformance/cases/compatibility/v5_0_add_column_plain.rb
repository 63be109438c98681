class V50AddColumnPlain < ActiveRecord::Migration[5.0]
  def change
    create_table(:a) { |t| t.string :x }
    add_column :a, :d, :datetime
    add_column :a, :e, :datetime, precision: 3
    add_column :a, :big, :bigint
    add_index :a, :d
  end
end
