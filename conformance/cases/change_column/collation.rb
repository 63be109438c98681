# adapters: mysql2
# run: migrate
class Collation < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, collation: "utf8mb4_bin"; t.string :y, comment: "kept" }
    change_column :a, :x, :string, limit: 50
    change_column :a, :y, :string, limit: 60
    change_column :a, :y, :text, collation: "utf8mb4_general_ci"
    change_column :a, :x, :string, charset: "latin1", collation: nil
    change_column :a, :y, :string, after: :id
  end
end
