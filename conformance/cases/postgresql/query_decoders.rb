# adapters: postgresql
# run: migrate
class QueryDecoders < ActiveRecord::Migration[8.1]
  def up
    say connection.query_value("SELECT 12.5::money").inspect
    say connection.query_value("SELECT '\\x616200'::bytea").inspect
    say connection.query_values("SELECT unnest(ARRAY[1.25, -3]::money[])").inspect
    say connection.query("SELECT NULL::money, NULL::bytea, '1,234.50'::money").inspect
    say connection.select_value("SELECT 12.5::money").inspect
    say connection.select_value("SELECT 'ab'::bytea").inspect
    connection.schema_search_path = nil
    say connection.schema_search_path
    connection.schema_search_path = "public"
    connection.schema_search_path = nil
    say connection.schema_search_path
  end
end
