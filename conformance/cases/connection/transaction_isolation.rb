# adapters: mysql2, postgresql
# run: migrate
class TransactionIsolation < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:a) { |t| t.string :x }
    connection.transaction(isolation: :serializable) { execute "INSERT INTO a (x) VALUES ('1')" }
  end
end
