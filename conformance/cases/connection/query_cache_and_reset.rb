# run: migrate
class QueryCacheAndReset < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    connection.schema_cache.clear!
    connection.clear_cache!
    say connection.active?.inspect
    say connection.adapter_name
  end
end
