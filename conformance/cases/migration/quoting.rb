class Quoting < ActiveRecord::Migration[8.1]
  def change
    say quote("it's").inspect
    say quote(1).inspect
    say quote(1.5).inspect
    say quote(nil).inspect
    say quote(true).inspect
    say quote(false).inspect
    say quote("back\\slash").inspect
    say quote(Date.new(2020, 2, 29)).inspect
    say quote(Time.utc(2020, 2, 29, 1, 2, 3)).inspect
    say quote(:symbol).inspect
    say quote_table_name("users").inspect
    say quote_table_name("store.users").inspect
    say quote_column_name("na`me\"").inspect
    say quote_string("it's").inspect
    say connection.quoted_true.inspect
    say connection.quoted_false.inspect
  end
end
