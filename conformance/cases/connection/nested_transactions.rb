# run: migrate
class NestedTransactions < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:a) { |t| t.string :x }
    connection.transaction do
      execute "INSERT INTO a (x) VALUES ('1')"
      connection.transaction(requires_new: true) do
        connection.transaction(requires_new: true) { execute "INSERT INTO a (x) VALUES ('2')" }
        raise ActiveRecord::Rollback
      end
      connection.transaction { execute "INSERT INTO a (x) VALUES ('3')" }
    end
    begin
      connection.transaction { execute "INSERT INTO a (x) VALUES ('4')"; raise "out" }
    rescue => error
      say error.message
    end
    say select_values("SELECT x FROM a ORDER BY x").inspect
  end
end
