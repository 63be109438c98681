# run: migrate
class Item < ActiveRecord::Base
  attribute :virtual, :integer, default: 7
end

class Taken < ActiveRecord::Base
  self.table_name = "takens"
end

class Pair < ActiveRecord::Base
  self.primary_key = [:a, :b]
end

class Late < ActiveRecord::Base
end

class Selected < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s, default: "d"; t.integer :n; t.string :z }
    create_table(:takens) { |t| t.string :save; t.string :s }
    create_table(:pairs, primary_key: [:a, :b]) { |t| t.integer :a; t.integer :b; t.string :s }
    create_table(:lates) { |t| t.string :s }
    Item.create!(s: "a", n: 1, z: "q")
    Pair.create!(a: 1, b: 2, s: "p")
    one = -> { Item.select(:s).first }
    tell("attributes") { one.().attributes }
    tell("names") { one.().attribute_names }
    tell("as_json") { one.().as_json }
    tell("to_json") { one.().to_json }
    tell("inspect") { one.().inspect }
    tell("id") { one.().id }
    tell("has id") { one.().has_attribute?(:id) }
    tell("has n") { one.().has_attribute?(:n) }
    tell("n") { one.().n }
    tell("[]") { one.()[:n] }
    tell("virtual") { one.().virtual }
    tell("to_param") { one.().to_param }
    tell("persisted") { one.().persisted? }
    tell("equal") { one.() == one.() }
    tell("hash") { one.().hash == one.().hash }
    tell("update") { one.().update!(s: "b") }
    tell("update_columns") { one.().update_columns(s: "c") }
    tell("destroy") { one.().destroy.class }
    tell("reload") { one.().reload }
    tell("touch") { one.().touch }
    tell("insert_all") { Item.insert_all(Item.select(:s, :n).map(&:attributes).map { |all| all.except("virtual") }).class }
    tell("order") { Item.select(:z, :s).first.attributes }
    tell("star") { Item.select("items.*", "1 AS extra").first.attributes.keys }
    tell("expression") { Item.select("UPPER(s) AS s, COUNT(*) AS c").group("UPPER(s)").map(&:attributes) }
    tell("alias of id") { Item.select("n AS id").first.attributes }
    tell("find_by_sql") { Item.find_by_sql("SELECT z, n FROM items").first.attributes }
    tell("find_by_sql inspect") { Item.find_by_sql("SELECT z, n FROM items").first.inspect }
    tell("slice") { one.().slice(:s, :id) }
    tell("values_at") { one.().values_at(:s, :id) }
    tell("dup") { one.().dup.attributes }
    tell("becomes") { one.().becomes(Item).attributes }
    tell("serializable_hash") { one.().serializable_hash(only: [:s]) }
    tell("distinct") { Item.select(:s).distinct.map(&:attributes) }
    tell("pair") { Pair.select(:s).first.attributes }
    tell("pair id") { Pair.select(:s).first.id }
    tell("pair part") { Pair.select(:a).first.id }
    tell("includes id") { Item.select(:id, :n).first.attributes }

    tell("taken update_all") { Taken.update_all(s: "x") }
    tell("taken pluck") { Taken.pluck(:save) }
    tell("taken insert_all") { Taken.insert_all([{ save: "y", s: "z" }]).class }
    tell("taken count") { Taken.where(save: "y").count }
    tell("taken exists") { Taken.exists? }
    tell("taken empty each") { Taken.where(s: "none").find_each { |one| one } }
    tell("taken none") { Taken.none.to_a }
    tell("taken each") { Taken.find_each { |one| say one.s } }
    tell("taken each again") { Taken.find_each { |one| say one.s } }
    tell("taken first") { Taken.first }
    tell("taken new") { Taken.new }
    tell("taken new again") { Taken.new(s: "a") }
    tell("taken create") { Taken.create!(s: "a") }
    tell("taken columns") { Taken.column_names }
    tell("taken delete_all") { Taken.delete_all }

    tell("late new") { Late.create!(s: "a").attributes }
    add_column :lates, :n, :integer, default: 5
    tell("late before reset") { Late.new.attributes }
    tell("late assigned") { Late.new(n: 6) }
    tell("late where") { Late.where(n: "7x").to_sql }
    tell("late loaded") { Late.first.attributes }
    tell("late loaded n") { Late.first.n }
    tell("late update_all") { Late.update_all(n: "8") }
    tell("late update_all text") { Late.update_all(n: "8x") rescue say($!.class.name) }
    tell("late insert_all") { Late.insert_all([{ s: "q", n: 1 }]).class }
    tell("late save") { Late.first.update!(s: "b") }
    tell("late column_names") { Late.column_names }
    tell("late column_defaults") { Late.column_defaults }
    Late.reset_column_information
    tell("late after reset") { Late.new.attributes }
    tell("late after reset where") { Late.where(n: "7x").to_sql }
    remove_column :lates, :s
    tell("late removed new") { Late.new(s: "a").attributes }
    tell("late removed create") { Late.create!(s: "a") }
    tell("late removed create without") { Late.create!.attributes }
    tell("late removed first") { Late.first.attributes }
    tell("late removed first s") { Late.first.s }
    tell("late removed update") { Late.first.update!(n: 3) }
    rename_column :lates, :n, :m
    change_column :lates, :m, :string
    tell("error info") { (raise "x" rescue $ERROR_INFO.inspect) }
    tell("error variable") { (raise "x" rescue $!.message) }
  end
end
