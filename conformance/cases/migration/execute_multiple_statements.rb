class ExecuteMultipleStatements < ActiveRecord::Migration[8.1]
  def up
    execute "CREATE TABLE a (x integer); CREATE TABLE b (y integer);"
  end
end
