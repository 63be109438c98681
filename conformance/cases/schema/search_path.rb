# adapters: postgresql
# run: migrate
# leaves_settings: true
class SearchPath < ActiveRecord::Migration[8.1]
  def change
    create_schema "store"
    connection.schema_search_path = "store, public"
    create_table(:items) { |t| t.string :x, index: true }
    say connection.schema_search_path.inspect
  end
end
