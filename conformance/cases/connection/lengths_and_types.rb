# run: migrate
class LengthsAndTypes < ActiveRecord::Migration[8.1]
  def change
    say connection.table_name_length.inspect
    say connection.index_name_length.inspect
    say connection.table_alias_length.inspect
    say connection.max_identifier_length.inspect
    say connection.type_to_sql(:string).inspect
    say connection.type_to_sql(:string, limit: 5).inspect
    say connection.type_to_sql(:decimal, precision: 4, scale: 1).inspect
    say connection.type_to_sql(:integer, limit: 8).inspect
    say connection.type_to_sql(:datetime, precision: 3).inspect
    say connection.valid_type?(:string).inspect
    say connection.valid_type?(:nonsense).inspect
    say connection.native_database_types.key?(:json).inspect
    say connection.default_primary_key rescue say("no")
  end
end
