# run: migrate
class Item < ActiveRecord::Base
  has_many :parts
end

class Part < ActiveRecord::Base
  belongs_to :item
end

module Doubled
  def doubled = map { |item| item.n * 2 }
end

class InPlace < ActiveRecord::Migration[8.1]
  def tell(label)
    answer = yield
    answer = answer.to_sql if answer.is_a?(ActiveRecord::Relation)
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s; t.integer :n }
    create_table(:parts) { |t| t.integer :item_id; t.string :s }
    Item.insert_all([{ s: "a", n: 1 }, { s: "b", n: 2 }])
    tell("the same") { all = Item.all; all.where!(n: 1).equal?(all) }
    tell("where!") { Item.all.where!(n: 1) }
    tell("where! text") { Item.all.where!("n = ?", 1) }
    tell("order! limit! offset!") { Item.all.order!(:n).limit!(1).offset!(1) }
    tell("reorder! reverse_order!") { Item.order(:n).reorder!(:s).reverse_order! }
    tell("group! having!") { Item.select(:s).group!(:s).having!("COUNT(*) > 0") }
    tell("distinct! reselect!") { Item.select(:s).distinct!.reselect!(:n) }
    tell("joins!") { Item.all.joins!(:parts) }
    tell("left_outer_joins!") { Item.all.left_outer_joins!(:parts) }
    tell("none!") { Item.all.none!.to_a }
    tell("or!") { Item.where(n: 1).or!(Item.where(n: 2)) }
    tell("and!") { Item.where(n: 1).and!(Item.where(s: "a")) }
    tell("merge!") { Item.where(n: 1).merge!(Item.where(s: "a").order(:n)) }
    tell("merge! hash") { Item.all.merge!(where: { n: 1 }, order: "n") }
    tell("unscope!") { Item.where(n: 1).order(:n).unscope!(:where) }
    tell("invert_where!") { Item.where(n: 1).invert_where! }
    tell("from!") { Item.all.from!("items") }
    tell("create_with!") { Item.all.create_with!(s: "z").new.s }
    tell("extending!") { Item.all.extending!(Doubled).doubled }
    tell("readonly!") { Item.all.readonly!.first.readonly? }
    tell("annotate!") { Item.all.annotate!("why") }
    tell("lock!") { Item.all.lock!(false) }
    tell("loaded") { Item.all.load.where!(n: 1) }
    tell("built") { all = Item.all; all.to_sql; all.limit!(1) }
    tell("reset") { all = Item.all.load; all.reset.where!(n: 1) }
    tell("kept by what was made of it") { all = Item.all; other = all.order(:n); all.where!(n: 1); other }
    tell("values") do
      all = Item.where(n: 1).limit(3).offset(2).distinct.readonly.order(:n).references(:parts).annotate("why").create_with(s: "q")
      [all.limit_value, all.offset_value, all.distinct_value, all.readonly_value, all.references_values, all.annotate_values,
       all.create_with_value, all.order_values.size]
    end
    tell("no values") do
      all = Item.all
      [all.limit_value, all.offset_value, all.distinct_value, all.readonly_value, all.references_values, all.annotate_values,
       all.create_with_value, all.order_values, all.lock_value, all.extending_values, all.strict_loading_value]
    end
    tell("order_values") { Item.order("n desc").order_values }
    tell("eager_loading?") { [Item.includes(:parts), Item.eager_load(:parts), Item.includes(:parts).references(:parts)].map(&:eager_loading?) }
    tell("lists of records") { Item.all.includes(Part.all) }
    tell("with a block") { Item.with(a: Item.all) { 1 } }
    tell("with a relation") { Item.with(Item.all).to_a }
    tell("with, joined") { Item.with(some: Part.select(:item_id).distinct).joins(:some).to_a }
    tell("with, joined left") { Item.with(some: Part.select(:item_id)).left_outer_joins(:some).map(&:s) }
    tell("with, joined left and more") { Item.with(some: Part.select(:item_id)).left_joins(:some, :parts).map(&:s) }
    tell("with values") { Item.with(some: Arel.sql("SELECT * FROM items WHERE n > ?", 1)).from("some AS items").map(&:s) }
    tell("with several") { Item.with(some: [Item.where(n: 1), Arel.sql("SELECT * FROM items WHERE n > 1")]).from("some AS items").order(:n).map(&:s) }
    tell("pick of nothing") { Item.where(id: []).pick(Arel.sql("n"), Arel.sql("LENGTH(s)")) }
    tell("pick of nothing, counted") { Item.where(id: []).pick(Arel.sql("COUNT(*)")) }
  end
end
