# adapters: postgresql
class SchemaQualified < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE SCHEMA IF NOT EXISTS store"
    create_table("store.shops")
    create_table("store.items") { |t| t.bigint :shop_id }
    add_foreign_key "store.items", "store.shops"
    remove_foreign_key "store.items", "store.shops"
    execute "SELECT 1"
  end
end
