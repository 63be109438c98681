class ChangeColumnNullWithDefault < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    change_column_null :a, :x, false, "y"
  end
end
