# run: migrate
class Row < ActiveRecord::Base
end

class Lookups < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    say "#{label}: #{yield.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 100]}"
  end

  def up
    create_table(:rows) { |t| t.string :name; t.integer :n; t.timestamps null: true }
    tell("integer") { connection.lookup_cast_type("integer").type }
    tell("limit") { connection.lookup_cast_type("varchar(20)").limit }
    tell("scale") { connection.lookup_cast_type("decimal(10,2)").type }
    tell("cast") { connection.lookup_cast_type("boolean").cast("f") }
    cache = connection.schema_cache
    tell("columns") { cache.columns_hash("rows").keys.sort }
    tell("column") { cache.columns_hash("rows")["n"].type }
    tell("keys") { cache.primary_keys("rows") }
    [:string, "string", :jsonb, :primary_key, nil, :nothing].each do |type|
      tell("valid #{type.inspect}") { connection.valid_type?(type) }
    end
    tell("constants") { [ActiveRecord::SchemaMigration.name, ActiveRecord::InternalMetadata.name] }
    tell("key") { [Row.get_primary_key("Row"), Row.get_primary_key(nil)] }
    tell("pool") { Row.connection_pool.with_connection { |c| c.select_value("SELECT 1").to_i } }
    commits
    tell("own param") { Row.create!(name: "a").to_param }
    Row.to_param :name
    ["Hello World", "a long name of several words", "", nil, "?!", "Ünïcode näme"].each do |name|
      tell("param of #{name.inspect}") { Row.new(id: 7, name: name).to_param }
    end
    tell("without an id") { Row.new(name: "x").to_param }
    tell("the model's") { Row.to_param }
    Row.attributes_for_inspect = [:id, :name]
    tell("shown") { Row.first.inspect }
    tell("all shown") { Row.first.full_inspect.include?("created_at") }
  end

  def commits
    tell("at once") { ActiveRecord.after_all_transactions_commit { say "now" } }
    Row.transaction do
      Row.transaction(requires_new: true) { ActiveRecord.after_all_transactions_commit { say "inner" } }
      ActiveRecord.after_all_transactions_commit { say "later" }
      say "within"
    end
    Row.transaction do
      ActiveRecord.after_all_transactions_commit { say "never" }
      raise ActiveRecord::Rollback
    end
  end
end
