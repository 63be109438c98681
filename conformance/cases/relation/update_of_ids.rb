# run: migrate
class Row < ActiveRecord::Base
  belongs_to :owner, class_name: "Row", optional: true
  has_many :kids, class_name: "Row", foreign_key: :owner_id
  alias_attribute :label, :s
  alias_attribute :number, :n
end

class Shop < ActiveRecord::Base
  has_many :racks
  has_many :goods, through: :racks
end

class Rack < ActiveRecord::Base
  belongs_to :shop
  has_many :goods
end

class Good < ActiveRecord::Base
end

class UpdateOfIds < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 150]}"
  end

  def up
    create_table(:rows) { |t| t.string :s; t.integer :n; t.references :owner; t.datetime :at; t.timestamps null: true }
    create_table(:shops) { |t| t.string :s }
    create_table(:racks) { |t| t.references :shop }
    create_table(:goods) { |t| t.references :rack; t.integer :n }
    add_index :rows, :s, unique: true, name: "by_s"
    update_by_id
    nested_tables
    through
    from_text
    upsert_by_alias
    columns_and_touch
    create_table :copies, as: Row.where(s: "a").select(:s, :n)
    tell("copies") { connection.select_rows("SELECT s, n FROM copies") }
  end

  def update_by_id
    Row.insert_all([{ s: "a" }, { s: "b" }, { s: "c" }])
    tell("several") { Row.where(s: "a").update([1, 2], [{ n: 1 }, { n: 2 }]).map(&:n) }
    tell("one") { Row.where(s: "zz").update(2, n: 5).n }
    tell("all") { Row.where(s: "b").update(:all, { n: 7 }).map(&:n) }
    tell("bang") { Row.where(s: "b").update!([1], [{ n: 8 }]).map(&:n) }
    tell("record") { Row.where(s: "b").update(Row.first, n: 1) }
    tell("records") { Row.where(s: "b").update([Row.first], [{ n: 1 }]) }
    tell("too few") { Row.update([1, 2], [{ n: 1 }]) }
    tell("missing") { Row.where(s: "a").update(99, n: 1) }
    tell("rows") { Row.order(:id).pluck(:s, :n) }
  end

  def nested_tables
    tell("within its table") { Row.joins(:owner).where(rows: { owner: { n: 1 } }).to_sql }
    tell("by name") { Row.joins(:owner).where(owner: { n: 1 }).to_sql }
    tell("kids within") { Row.joins(:kids).where(rows: { kids: { n: 1 } }).to_sql }
    tell("kids' owner") { Row.joins(kids: :owner).where(kids: { n: 1, owner: { s: "a" } }).to_sql }
    tell("not") { Row.joins(:kids).where.not(rows: { kids: { n: 1 } }).to_sql }
    tell("dotted") { Row.joins(:owner).where("owner.n" => 1).to_sql }
    tell("selected") { Row.joins(:kids).select(kids: [:n]).to_sql }
    tell("selected as") { Row.joins(:kids).select(kids: { n: :m }).to_sql }
  end

  def through
    shop = Shop.create!(s: "x")
    %i[insert insert! upsert].each { |name| tell(name) { shop.goods.public_send(name, { n: 1 }) } }
    %i[insert_all insert_all! upsert_all].each { |name| tell(name) { shop.goods.public_send(name, [{ n: 1 }]) } }
    tell("of a relation") { shop.goods.where(n: 1).insert_all([{ n: 1 }]) }
    tell("goods") { Good.count }
  end

  def from_text
    ["(SELECT * FROM rows) AS sub", "(SELECT * FROM rows) AS rows", "rows AS r", "others, rows", "rows2", "a.rows"].each do |from|
      tell("#{from} select") { Row.from(from).select(:s, "n").group(:s).to_sql }
      tell("#{from} order") { Row.from(from).order(:s).to_sql }
    end
    tell("pluck") { Row.from("(SELECT * FROM rows) AS sub").order(:s).pluck(:s) }
    tell("count") { Row.from("(SELECT * FROM rows) AS sub").group(:s).count.sort }
    tell("sum") { Row.from("(SELECT * FROM rows) AS sub").sum(:n).to_i }
  end

  def upsert_by_alias
    target = connection.supports_insert_conflict_target? ? { unique_by: :label } : {}
    tell("upsert") { Row.upsert_all([{ label: "a", number: 31 }], **target); Row.order(:id).pluck(:s, :n) }
    tell("only") { Row.upsert_all([{ label: "b", number: 32 }], update_only: :number, **target); Row.order(:id).pluck(:s, :n) }
    tell("twice") { Row.insert_all([{ label: "p", number: 33, s: "q" }]); Row.where(n: 33).pluck(:s) }
    tell("none") { Row.upsert_all([{ s: "a", n: 31 }], **target); Row.order(:id).pluck(:s, :n) }
  end

  def columns_and_touch
    row = Row.find(3)
    time = Time.utc(2020)
    tell("touch with a time") { row.update_columns(touch: { time: time }, s: "t"); [row.updated_at, row.s] }
    tell("names and a time") { row.update_columns(s: "u", touch: [:at, { time: time + 1 }]); [row.at, row.updated_at] }
    tell("given itself") { row.update_columns(updated_at: time + 9, touch: { time: time }); row.updated_at }
    tell("unknown") { row.update_columns(s: "v", touch: { at: time }) }
    tell("after") { Row.find(3).then { |found| [found.s, found.at, found.updated_at] } }
  end
end
