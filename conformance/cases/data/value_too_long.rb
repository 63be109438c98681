# adapters: mysql2, postgresql
# run: migrate
class ValueTooLong < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, limit: 3 }
    execute "INSERT INTO a (x) VALUES ('abcdef')"
  end
end
