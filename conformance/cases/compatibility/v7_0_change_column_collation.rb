# adapters: mysql2
# run: migrate
class V70ChangeColumnCollation < ActiveRecord::Migration[7.0]
  def change
    create_table(:a) { |t| t.string :x, collation: "utf8mb4_bin" }
    change_column :a, :x, :string, limit: 40
  end
end
