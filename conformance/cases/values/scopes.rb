# run: migrate
class Cat < ActiveRecord::Base
  has_many :deeds, as: :owner
  has_many :kittens, class_name: "Kitten", foreign_key: :cat_id
end

class Kitten < ActiveRecord::Base
  belongs_to :cat, optional: true
end

class Deed < ActiveRecord::Base
  belongs_to :owner, polymorphic: true, optional: true
  scope :kind, ->(v) { where(v: v) }
  alias_attribute :label, :v
end

class Animal < ActiveRecord::Base
end

class Dog < Animal
end

class Scopes < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def made(label)
    tell("#{label} sql") { yield.to_sql }
    tell("#{label} hash") { yield.where_values_hash.transform_values(&:to_s) }
    tell("#{label} create") { yield.scope_for_create.transform_values(&:to_s) }
    tell("#{label} new") { yield.new.attributes.except("id") }
    tell("#{label} first_or_create") { yield.first_or_create!.attributes.except("id") }
    Deed.delete_all
  end

  def up
    create_table(:cats) { |t| t.string :name }
    create_table(:kittens) { |t| t.integer :cat_id; t.string :name }
    create_table(:deeds) do |t|
      t.string :owner_type
      t.bigint :owner_id
      t.string :v
      t.integer :n
    end
    create_table(:animals) { |t| t.string :type; t.string :name }
    c = Cat.create!(name: "c")
    d = Cat.create!(name: "d")
    t = Deed.arel_table
    made("owner") { Deed.where(owner: c, v: "x") }
    made("owner twice") { Deed.where(owner: [c, d]) }
    made("owner list") { Deed.where(owner: [c]) }
    made("owner nil") { Deed.where(owner: nil) }
    made("owner nils") { Deed.where(owner: [nil]) }
    made("owner none") { Deed.where(owner: []) }
    made("owner mixed") { Deed.where(owner: [c, nil]) }
    made("owner relation") { Deed.where(owner: Cat.where(name: "c")) }
    made("owner unsaved") { Deed.where(owner: Cat.new) }
    made("owner number") { Deed.where(owner: 5) }
    tell("owner not") { Deed.where.not(owner: Cat.where(name: "c")).to_sql }
    tell("owner not nil") { Deed.where.not(owner: nil).to_sql }
    tell("owner not none") { Deed.where.not(owner: []).to_sql }
    tell("owner not several") { Deed.where.not(owner: [c, d]).to_sql }
    tell("owner or") { Deed.where(owner: nil).or(Deed.where(v: "x")).to_sql }
    tell("owner or none") { Deed.where(owner: []).or(Deed.where(v: "x")).to_sql }
    made("list") { Deed.where(v: ["a"]) }
    made("set") { Deed.where(v: Set["a"]) }
    made("several") { Deed.where(v: %w[a b]) }
    made("list with nil") { Deed.where(v: ["a", nil]) }
    made("nil") { Deed.where(v: nil) }
    made("range") { Deed.where(n: 1..3) }
    made("point") { Deed.where(n: 3..3) }
    made("number text") { Deed.where(n: "12abc") }
    made("symbol") { Deed.where(v: :sym) }
    made("alias") { Deed.where(label: "l") }
    made("dotted") { Deed.where("deeds.v" => "q") }
    made("nested") { Deed.where(deeds: { v: "q", n: 4 }) }
    made("dotted and nested") { Deed.where("deeds.v" => "q", n: 1, deeds: { n: 2 }) }
    made("twice") { Deed.where(v: "a").where(v: "b") }
    made("string") { Deed.where("v = ?", "a") }
    made("and") { Deed.where(v: "a").and(Deed.where(n: 1)) }
    made("or") { Deed.where(v: "a").or(Deed.where(v: "b")) }
    made("or in common") { Deed.where(n: 1, v: "a").or(Deed.where(n: 1, v: "b")) }
    made("not") { Deed.where.not(v: "a").where(n: 1) }
    made("inverted") { Deed.where(v: "a").invert_where }
    made("merge") { Deed.where(v: "a").merge(Deed.where(v: "b", n: 3)) }
    made("rewhere") { Deed.where(v: "a", n: 1).rewhere(v: "z") }
    made("unscope") { Deed.where(v: "a", n: 1).unscope(where: :v) }
    made("except") { Deed.where(v: "a", n: 1).except(:where) }
    made("create_with") { Deed.where(v: "a").create_with(n: 9, v: "over") }
    made("scope") { Deed.kind("s") }
    made("columns") { Deed.where([:v, :n] => [["a", 1]]) }
    made("columns twice") { Deed.where([:v, :n] => [["a", 1], ["b", 2]]) }
    made("arel eq") { Deed.where(t[:v].eq("a")) }
    made("arel nil") { Deed.where(t[:v].eq(nil)) }
    made("arel and") { Deed.where(t[:v].eq("a").and(t[:n].eq("5"))) }
    made("arel or") { Deed.where(t[:v].eq("a").or(t[:v].eq("b"))) }
    made("arel in") { Deed.where(t[:v].in(["a"])) }
    made("arel columns") { Deed.where(t[:v].eq(t[:owner_type])) }
    made("arel other table") { Deed.where(Cat.arel_table[:name].eq("a")) }
    tell("arel function") { Deed.where(t[:v].lower.eq("a")).new.v }
    tell("arel not_eq") { Deed.where(t[:v].not_eq("a")).new.v }
    tell("arel gt") { Deed.where(t[:n].gt(1)).new.n }
    tell("find_or_create_by") { Deed.find_or_create_by!(v: "f", owner: c).attributes.except("id") }
    tell("find_or_create_by list") { Deed.find_or_create_by!(v: ["g"]).v }
    tell("create_or_find_by") { Deed.where(n: 2).create_or_find_by!(v: "h").attributes.except("id") }
    tell("find_or_initialize_by") { Deed.where(owner: d).find_or_initialize_by(v: "i").attributes.except("id") }
    tell("insert_all") { Deed.where(owner: c, n: 7).insert_all([{ v: "j" }]) && Deed.order(:id).last.attributes.except("id") }
    tell("insert_all list") { Deed.where(n: [7]).insert_all([{ v: "k" }]) && Deed.order(:id).last.attributes.except("id") }
    tell("scoping") { Deed.where(n: [8]).scoping { Deed.create!(v: "l") }.attributes.except("id") }
    tell("as relation") { Cat.where(deeds: Deed.where(n: 3)).to_sql }
    tell("as relation joined") { Cat.joins(:deeds).where(deeds: Deed.where(n: 3)).to_sql }
    tell("as relation typed") { Cat.joins(:deeds).where(deeds: Deed.where(owner_type: "Cat")).to_sql }
    tell("as record") { Cat.joins(:deeds).where(deeds: Deed.new(id: 4)).to_sql }
    tell("has_many relation") { Cat.joins(:kittens).where(kittens: Kitten.where(name: "k")).to_sql }
    tell("has_many hash") { Cat.joins(:kittens).where(kittens: { name: ["k"], cat_id: 1 }).to_sql }
    tell("belongs_to") { Kitten.where(cat: c).new.cat_id }
    tell("belongs_to relation") { Kitten.where(cat: Cat.where(name: "c")).to_sql }
    tell("belongs_to nil") { Kitten.where(cat: nil).to_sql }
    tell("belongs_to list") { Kitten.where(cat: [c, d, nil]).to_sql }
    tell("belongs_to hash") { Kitten.joins(:cat).where(cat: { name: "c" }).to_sql }
    tell("belongs_to unsaved") { Kitten.where(cat: Cat.new).to_sql }
    tell("belongs_to number") { Kitten.where(cat: "7x").to_sql }
    tell("through association") { c.deeds.where(v: "m").first_or_create!.attributes.except("id") }
    tell("through association list") { c.deeds.where(v: ["n"]).new.attributes.except("id") }
    tell("sti") { Dog.where(name: "rex").first_or_create!.attributes.except("id") }
    tell("sti hash") { Dog.where(name: "rex").scope_for_create }
    tell("sti of base") { Animal.where(type: "Dog", name: "tom").first_or_create!.class }
    tell("sti list") { Animal.where(type: ["Dog"]).new.class }
    tell("unsupported") { Deed.where(5).to_sql }
    tell("unsupported record") { Deed.where(c).to_sql }
    tell("empty hash") { Deed.where({}).to_sql }
    tell("empty nested") { Deed.where(deeds: {}).to_sql }
    tell("nil") { Deed.where(nil).to_sql }
    tell("blank") { Deed.where("").to_sql }
    tell("symbol key") { Deed.where(:"deeds.n" => 1).to_sql }
    tell("unknown column") { Deed.where(zzz: 1).to_sql }
    tell("unknown with hash") { Deed.where(zzz: { a: 1 }).to_sql }
    tell("unknown with infinity") { Deed.where(n: -Float::INFINITY..Float::INFINITY).to_sql }
    tell("unknown relation") { Deed.where(n: Deed.select(:n)).to_sql }
    tell("relation of other") { Deed.where(n: Cat.all).to_sql }
    tell("key twice") { Deed.where(**{ v: 1, n: 2, "v": 3 }).to_sql }
  end
end
