# adapters: postgresql
# run: migrate
class Rename < ActiveRecord::Migration[8.1]
  def change
    create_schema "store"
    rename_schema "store", "shop"
    say schema_exists?("shop").inspect
    say schema_names.inspect
    say current_schema.inspect
  end
end
