# run: migrate
class V61ChangeColumn < ActiveRecord::Migration[6.1]
  def change
    create_table(:a) { |t| t.string :x; t.datetime :d }
    change_column :a, :d, :datetime
    change_column :a, :d, :datetime, precision: 3
    change_table(:a) { |t| t.change :d, :datetime }
  end
end
