# run: migrate
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
    end
    create_table :posts do |t|
      t.string :title
      t.text :body
      t.bigint :user_id
    end
  end
end

class Introspection < ActiveRecord::Migration[8.1]
  def change
    add_index :posts, :title, unique: true
    add_foreign_key :posts, :users, on_delete: :cascade
    say tables.sort.inspect
    say data_sources.sort.inspect
    say views.inspect
    say columns(:posts).map { |c| [c.name, c.type, c.sql_type, c.null, c.default, c.limit] }.inspect
    say indexes(:posts).map { |i| [i.name, i.columns, i.unique] }.inspect
    say foreign_keys(:posts).map { |k| [k.from_table, k.to_table, k.column, k.primary_key, k.name, k.on_delete] }.inspect
    say primary_key(:posts).inspect
    say primary_keys(:posts).inspect
    say index_name(:posts, column: [:a, :b]).inspect
    say native_database_types[:string].inspect
    say connection.adapter_name.inspect
    say connection.supports_ddl_transactions?.inspect
    say connection.supports_foreign_keys?.inspect
    say connection.supports_json?.inspect
    say connection.table_exists?(:posts).inspect
  end
end
