# run: migrate
class Some < ActiveRecord::Base
  self.table_name = "items"
  self.only_columns = %w[s id]
end

class Each < ActiveRecord::Base
  self.table_name = "items"
  self.enumerate_columns_in_select_statements = true
end

class Params
  def initialize(values, permitted)
    @values, @permitted = values, permitted
  end

  def permitted? = @permitted
  def to_h = @values
  def each_pair(&block) = @values.each_pair(&block)
  def empty? = @values.empty?
end

class NamedColumns < ActiveRecord::Migration[8.1]
  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s; t.integer :n; t.integer :items_count }
    tell("only") { Some.column_names }
    tell("only, inherited") { Class.new(Some).only_columns }
    tell("only, created") { Some.create!(s: "a").attributes.except("id") }
    tell("only, read") { Some.where(s: "a").map { |one| one.attributes.keys } }
    tell("only, unknown") { Some.new(n: 1) }
    tell("only, sql") { Some.all.to_sql.delete("`\"") }
    tell("both") { Some.ignored_columns = ["n"] }
    tell("both, the other way") { Class.new(ActiveRecord::Base) { self.ignored_columns = ["n"]; self.only_columns = ["s"] } }
    tell("none") { Some.only_columns = []; Some.column_names }
    tell("each") { Each.all.to_sql.delete("`\"") }
    tell("each, found") { Each.find_by(s: "a").s }
    tell("each, some") { Each.select(:n).to_sql.delete("`\"") }
    tell("forbidden") { Each.where(Params.new({ s: "a" }, false)) }
    tell("permitted") { Each.where(Params.new({ s: "a" }, true)).count }
    tell("forbidden, created") { Each.create!(Params.new({ s: "b" }, false)) }
    tell("permitted, created") { Each.create!(Params.new({ s: "b" }, true)).s }
    tell("forbidden, create_with") { Each.create_with(Params.new({ s: "b" }, false)) }
    tell("counters") { [Each.counter_cache_column?("items_count"), Class.new(ActiveRecord::Base) { self.table_name = "items"; belongs_to :each, counter_cache: :items_count, foreign_key: :n }.counter_cache_column?("items_count")] }
  end
end
