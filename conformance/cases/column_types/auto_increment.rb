# older_rails: true
# adapters: mysql2
class AutoIncrement < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: false) { |t| t.integer :n, auto_increment: true, primary_key: true }
    add_column :a, :m, :integer
  end
end
