# adapters: mysql2, postgresql
# run: migrate
class OutOfRange < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.integer :x }
    execute "INSERT INTO a (x) VALUES (99999999999)"
  end
end
