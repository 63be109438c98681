# run: migrate
class Removed < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, comment: "x") { |t| t.string :x, comment: "y", null: false, default: "d" }
    change_column_comment :a, :x, nil
    change_table_comment :a, nil
    change_table_comment :a, ""
  end
end
