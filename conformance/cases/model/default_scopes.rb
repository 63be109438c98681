# run: migrate
class Item < ActiveRecord::Base
  default_scope -> { where(shop: 1) }, all_queries: true
  default_scope { where(hidden: false) }
end

class Counted < ActiveRecord::Base
  self.table_name = "items"
  default_scope Struct.new(:call).new(where(shop: 1))
end

class Own < ActiveRecord::Base
  self.table_name = "items"

  def self.default_scope
    where(shop: 1).order(:id)
  end
end

class Recursive < ActiveRecord::Base
  self.table_name = "items"
  default_scope { where(id: Recursive.where(shop: 1).select(:id)) }
end

class OfNothing < ActiveRecord::Base
  self.table_name = "items"
  default_scope { nil }
end

class DefaultScopes < ActiveRecord::Migration[8.1]
  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s; t.integer :shop; t.boolean :hidden, default: false; t.integer :n, default: 0 }
    tell("create") { Item.create!(s: "a").attributes.except("id") }
    Item.create!(s: "b")
    Item.unscoped.create!(s: "c", shop: 2)
    tell("update") { Item.first.update!(s: "a2") }
    tell("update_columns") { Item.first.update_columns(s: "a3") }
    tell("increment!") { Item.first.increment!(:n).n }
    tell("touch") { Item.first.touch }
    tell("reload") { Item.first.reload.s }
    tell("reload unscoped") { Item.first.reload(unscoped: true).s }
    tell("of another shop") { Item.unscoped.find_by(s: "c").update!(s: "c2") }
    tell("of another shop, reloaded") { Item.unscoped.find_by(shop: 2).reload.s }
    tell("update_all") { Item.update_all(n: 5) }
    tell("delete") { Item.last.delete.s }
    tell("destroy") { Item.first.destroy.s }
    tell("of another shop, destroyed") { Item.unscoped.find_by(shop: 2).destroy.destroyed? }
    tell("left") { Item.unscoped.pluck(:s, :shop) }
    Item.unscoped.insert_all([{ s: "d", shop: 1 }, { s: "e", shop: 2 }])
    tell("any") { [Item.default_scopes?, Item.default_scopes?(all_queries: true), Counted.default_scopes?(all_queries: true)] }
    tell("what answers call") { Counted.pluck(:s) }
    tell("a method") { Own.all.to_sql }
    tell("a method, new") { Own.new.shop }
    tell("a method, unscoped") { Own.unscoped.to_sql }
    tell("of itself") { Recursive.pluck(:s) }
    tell("nil") { OfNothing.count }
    tell("a relation") { Class.new(ActiveRecord::Base) { self.table_name = "items"; default_scope where(shop: 1) } }
    tell("nothing") { Class.new(ActiveRecord::Base) { default_scope } }
    tell("for all queries") do
      OfNothing.where(shop: 2).scoping(all_queries: true) do
        record = OfNothing.unscoped.find_by(s: "d")
        [record.update!(n: 7), OfNothing.unscoped.where(n: 7).count, record.reload.n]
      end
    end
    tell("for all queries, within") do
      OfNothing.where(shop: 2).scoping(all_queries: true) do
        OfNothing.where(n: 0).scoping { OfNothing.first.update!(n: 8) }
        OfNothing.where(n: 0).scoping(all_queries: false) { 1 }
      end
    end
    tell("scoping") { OfNothing.where(shop: 2).scoping { OfNothing.unscoped.first.update!(n: 9) } }
  end
end
