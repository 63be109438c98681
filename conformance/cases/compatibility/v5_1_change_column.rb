# run: migrate
class V51ChangeColumn < ActiveRecord::Migration[5.1]
  def change
    create_table(:a) { |t| t.string :x; t.integer :y }
    change_column :a, :x, :text, default: nil, null: false
    change_column :a, :y, :bigint, default: 5, null: false, comment: nil rescue say("no")
    change_column :a, :x, :string, limit: 20
  end
end
