# older_rails: true
# adapters: postgresql
class SchemaQualified < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE SCHEMA IF NOT EXISTS store"
    create_table("store.items") { |t| t.string :x, index: true }
    add_column "store.items", :y, :integer
    add_index "store.items", :y
    rename_column "store.items", :y, :z
    rename_table "store.items", "things"
  end
end
