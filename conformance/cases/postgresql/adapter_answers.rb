# adapters: postgresql
# run: migrate
class Parameters
  def to_unsafe_h = { "a" => 1 }
end

class Number
  def to_s = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
end

class AdapterAnswers < ActiveRecord::Migration[8.1]
  def up
    enable_extension "hstore"
    create_table :things do |t|
      t.string :name
      t.hstore :extra
      t.uuid :key
      t.money :price
      t.float :heights, array: true
    end
    say connection.default_sequence_name("things", ["a", "id"]).inspect
    connection.set_pk_sequence!("things", 100)
    connection.reset_sequence!("things", "id")
    say connection.insert("INSERT INTO things (name) VALUES ('a')").inspect
    answers = %i[supports_identity_columns? supports_native_partitioning? supports_restart_db_transaction?
                 supports_close_prepared? use_insert_returning?]
    answers.each { |answer| say "#{answer} #{connection.public_send(answer).inspect}" }
    say connection.native_database_types[:enum].inspect
    say connection.quote_schema_name("a b")
    say connection.quoted_time(Time.utc(2020, 1, 2, 3, 4, 5))
    say connection.escape_bytea("a\0b").inspect
    say connection.escape_bytea(nil).inspect
    say connection.unescape_bytea("\\x6162").inspect
    column = connection.columns("things").find { |one| one.name == "name" }
    say connection.quote_default_expression("it's", column)
    say connection.quote_default_expression(-> { "now()" }, column)
    say connection.select_value("SELECT 'Infinity'::numeric").inspect
    say column.is_a?(ActiveRecord::ConnectionAdapters::PostgreSQLColumn).inspect
    things = Class.new(ActiveRecord::Base) { self.table_name = "things" }
    say things.attribute_types.transform_values(&:type).inspect
    thing = things.create!(extra: Parameters.new, key: Number.new, price: "$1,234.50", heights: [1, Float::NAN])
    say [thing.extra, thing.key, thing.price].inspect
    thing.price = "$1,234.50"
    say thing.changed.inspect
    say things.find(thing.id).tap(&:heights).changed.inspect
    say things.new(key: ["x"]).key.inspect
  end
end
