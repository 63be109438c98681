# adapters: postgresql
# run: migrate
class IntrospectionOfPostgresql < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, %w[happy sad]
    enable_extension "hstore"
    create_table(:a) { |t| t.integer :x; t.enum :m, enum_type: :mood; t.unique_constraint [:x], name: "once"; t.string :tags, array: true }
    say connection.unique_constraints(:a).map { |c| [c.name, c.column] }.inspect
    say connection.exclusion_constraints(:a).inspect
    say connection.extensions.sort.inspect
    say connection.enum_types.inspect
    say connection.foreign_tables.inspect
    say connection.current_schemas.inspect
    say connection.encoding.inspect
    say connection.client_min_messages.inspect
    say connection.default_sequence_name("a", "id").inspect
    say connection.index_algorithms.inspect
    columns(:a).each { |c| say [c.name, c.sql_type, c.array?].inspect }
  end
end
