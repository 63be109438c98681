class OwnTransaction < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
    transaction(requires_new: true) do
      execute "INSERT INTO a (x) VALUES ('1')"
      raise ActiveRecord::Rollback
    end
    connection.transaction(requires_new: true) { execute "INSERT INTO nowhere (x) VALUES ('1')" } rescue say("rescued")
    execute "INSERT INTO a (x) VALUES ('2')"
  end
end
