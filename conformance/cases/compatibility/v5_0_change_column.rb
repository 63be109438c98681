# run: migrate
class V50ChangeColumn < ActiveRecord::Migration[5.0]
  def change
    create_table(:a) { |t| t.integer :x; t.datetime :at }
    change_column :a, :x, :bigint, null: false, default: 3
    change_column :a, :at, :datetime
  end
end
