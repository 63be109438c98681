class ColumnWithStringType < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.column :x, "varchar(20)"
      t.column "y", "integer", null: false, default: 3
      t.column :z, :string, limit: 9
    end
  end
end
