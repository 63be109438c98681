# adapters: postgresql
# run: migrate
class StatementTimeout < ActiveRecord::Migration[8.1]
  def change
    execute "SET LOCAL lock_timeout = '2s'"
    execute "SET statement_timeout TO '30s'"
    create_table(:a)
    say select_value("SHOW statement_timeout")
  end
end
