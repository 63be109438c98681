# adapters: postgresql
# run: migrate, migrate
class AbortInTransaction < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    execute "SELECT 1/0"
  end
end
