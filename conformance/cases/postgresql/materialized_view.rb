# older_rails: true
# adapters: postgresql
# run: migrate
class MaterializedView < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE MATERIALIZED VIEW v AS SELECT 1 AS one"
    add_index :v, :one, unique: true
    say view_exists?(:v).inspect
  end
end
