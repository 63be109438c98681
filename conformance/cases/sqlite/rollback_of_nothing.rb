# adapters: sqlite3
# run: migrate
class EndsItsTransaction < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    begin
      transaction do
        execute "CREATE TABLE a (id integer)"
        execute "ROLLBACK"
        raise ArgumentError, "first"
      end
    rescue => error
      tell error
    end
    begin
      transaction do
        execute "CREATE TABLE a (id integer)"
        execute "INSERT OR ROLLBACK INTO nothing VALUES (1)"
      end
    rescue => error
      tell error
    end
    begin
      connection.current_database
    rescue NoMethodError => error
      say error.class.name
      say error.message.lines.first
    end
  end

  def tell(error)
    while error
      say "#{error.class}: #{error.message.lines.first.strip}"
      error = error.cause
    end
  end
end

class FailsAfterIt < ActiveRecord::Migration[8.1]
  def up
    execute "CREATE TABLE a (id integer PRIMARY KEY)"
    execute "INSERT INTO a VALUES (1)"
    execute "INSERT OR ROLLBACK INTO a VALUES (1)"
  end
end
