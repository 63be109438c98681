# run: migrate
class ManualTransactions < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:a) { |t| t.string :x }
    say connection.transaction_open?.inspect
    connection.begin_db_transaction
    execute "INSERT INTO a (x) VALUES ('1')"
    connection.rollback_db_transaction
    connection.begin_db_transaction
    execute "INSERT INTO a (x) VALUES ('2')"
    connection.commit_db_transaction
    say select_values("SELECT x FROM a").inspect
    connection.transaction { say connection.transaction_open?.inspect }
    connection.transaction { }
  end
end
