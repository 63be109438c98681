# adapters: postgresql
# run: migrate
class AdapterSettings < ActiveRecord::Migration[8.1]
  def up
    adapter = ActiveRecord::ConnectionAdapters::PostgreSQLAdapter
    say [adapter.datetime_type, adapter.create_unlogged_tables, adapter.decode_dates].inspect
    adapter.create_unlogged_tables = true
    create_table :drafts
    say adapter.create_unlogged_tables.inspect
    adapter.create_unlogged_tables = false
    create_table :letters
    wide = 2**63
    begin
      connection.quote(wide)
    rescue ActiveRecord::ConnectionAdapters::PostgreSQL::Quoting::IntegerOutOf64BitRange => error
      say error.message.lines.first
    end
    say ActiveRecord.raise_int_wider_than_64bit.inspect
    ActiveRecord.raise_int_wider_than_64bit = false
    say connection.quote(wide)
    say connection.quote(-wide - 1)
    execute "SELECT #{connection.quote(wide)}"
  ensure
    ActiveRecord.raise_int_wider_than_64bit = true
    adapter.create_unlogged_tables = false
  end
end
