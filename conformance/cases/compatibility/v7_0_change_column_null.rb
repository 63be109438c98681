# run: migrate
class V70ChangeColumnNull < ActiveRecord::Migration[7.0]
  def change
    create_table(:a) { |t| t.string :x }
    change_column_null :a, :x, nil
    change_column_null :a, :x, "yes"
  end
end
