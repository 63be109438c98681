# adapters: mysql2, postgresql
# run: migrate
class V51Bulk < ActiveRecord::Migration[5.1]
  def change
    create_table(:a) { |t| t.string :x }
    change_table(:a, bulk: true) { |t| t.datetime :at; t.change :x, :text; t.timestamps null: true }
  end
end
