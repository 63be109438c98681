# run: migrate
class Item < ActiveRecord::Base
  alias_attribute :parts_total, :parts_count
  has_many :parts
  has_one :newest, -> { order(id: :desc) }, class_name: "Part"
end

class Part < ActiveRecord::Base
  belongs_to :item, counter_cache: :parts_total, optional: true
end

class Broken < ActiveRecord::Base
  self.table_name = "items"
  after_save { raise ActiveRecord::Rollback }
end

class FoundOnce < ActiveRecord::Migration[8.1]
  def tell(label)
    answer = yield
    answer = answer.to_sql if answer.is_a?(ActiveRecord::Relation)
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:items) { |t| t.string :s; t.integer :n; t.integer :parts_count, default: 0 }
    create_table(:parts) { |t| t.integer :item_id; t.string :s }
    Item.insert_all([{ s: "a", n: 1 }, { s: "b", n: 2 }, { s: "c", n: 3 }])
    all = Item.order(:n)
    tell("first twice") { [all.first.s, all.first.equal?(all.first)] }
    tell("second, third") { [all.second.s, all.second.s, all.third.s] }
    tell("take twice") { [all.take.s, all.take.equal?(all.take)] }
    tell("some") { [all.first(2).size, all.first(2).size, all.take(1).size] }
    tell("reset") { all.reset.first.s }
    tell("reload") { all.reload.first.s }
    tell("none found") { none = Item.where(n: 9); [none.first, none.first, none.take, none.take] }
    tell("last twice") { [Item.order(:n).last.s, all.last.s] }
    tell("new of a list") { Item.where(n: 4).new([{ s: "d" }, { s: "e" }]).map { |item| [item.n, item.s] } }
    tell("build of a list") { Item.where(n: 4).build([{ s: "d" }]).map(&:n) }
    tell("create of a list") { Item.where(n: 4).create([{ s: "d" }, { s: "e" }]).map(&:n) }
    tell("create! with a block") { Item.where(n: 5).create! { |item| item.s = Item.find_by(n: 1).s }.s }
    tell("new with a block") { Item.where(n: 5).new { |item| item.s = Item.all.to_sql }.s.delete("`\"") }
    tell("within a scope") { Item.where(s: "a").scoping { Item.where(n: 5).new { |item| item.s = Item.count.to_s }.s } }
    tell("first_or_create") { Item.where(n: 6).first_or_create { |item| item.s = Item.count.to_s }.s }
    tell("find_or_create_by") { Item.find_or_create_by(n: 7) { |item| item.s = Item.count.to_s }.s }
    tell("create_or_find_by") { broken = Broken.create_or_find_by(s: "z"); [broken.persisted?, Item.where(s: "z").count] }
    tell("create_or_find_by!") { broken = Broken.create_or_find_by!(s: "z"); [broken.persisted?, Item.where(s: "z").count] }
    item = Item.first
    tell("counters by an alias") { 2.times { |n| item.parts.create!(s: "p#{n}") }; item.reload.parts_count }
    tell("update_counters") { Item.update_counters(item.id, parts_total: 3); item.reload.parts_total }
    tell("unscope") { Item.where(parts_total: 5, n: 1).unscope(where: :"items.parts_total") }
    tell("unscope of another table") { Item.where(parts_total: 5).unscope(where: :"parts.parts_total") }
    tell("unscope by hash") { Item.where(parts_total: 5).unscope(where: { items: :parts_total }) }
    tell("unscope of what stands right") { Item.where(Arel.sql("5").eq(Item.arel_table[:n])).unscope(where: :n) }
    tell("eager has_one") { Item.eager_load(:newest).order("parts.id DESC").map { |one| one.newest&.s } }
    tell("eager has_one upwards") { Item.eager_load(:newest).order("parts.id").map { |one| one.newest&.s } }
    tell("eager has_one and more") { Item.eager_load(:newest, :parts).order(:id).first.then { |one| [one.newest&.s, one.parts.map(&:s)] } }
    tell("from after select") { Item.select(:parts_total, "n AS m").from(Item.where(n: 1)) }
    tell("from after reselect") { Item.select(:s).reselect(:parts_total).from(Item.where(n: 1), :some) }
    tell("from of its own name") { Item.select(:parts_total).from("items") }
    tell("select_values") { Item.select(:s, "n AS m").select_values }
    tell("count with a block") { [Item.all.count { |one| one.n == 1 }, (Item.all.count(:n) { 1 } rescue $!.message)] }
    tell("pluck of what is loaded") { Item.order(:id).limit(1).load.pluck(:parts_total, :s) }
    tell("pluck of a list") { Item.order(:id).limit(1).pluck([:n, :s]) }
    tell("a record in a text") { Item.where("id = ?", Item.first).count }
    tell("a copy of what is gone") { gone = Item.create!(n: 11); gone.destroy; copy = gone.dup; [copy.destroyed?, copy.save, copy.persisted?] }
    tell("locked?") { [Item.all.locked?, Item.lock.locked?, Item.all.loaded] }
  end
end
