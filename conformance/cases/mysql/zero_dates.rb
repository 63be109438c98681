# adapters: mysql2
# run: migrate
class ZeroDates < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.datetime :x, null: false }
    execute "INSERT INTO a (x) VALUES ('0000-00-00 00:00:00')"
  end
end
