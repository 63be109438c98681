# run: migrate
# What a relation, a record and a collection are asked, each answer told.
class QueryInterface < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  class Author < ActiveRecord::Base
    has_many :books
    has_many :reviews, through: :books
    has_one :profile
    scope :named, ->(n) { where(name: n) }
    scope :recent, -> { order(created_at: :desc) }
    attribute :nick, :string, default: -> { "nick" }
    attribute :score, :integer, default: 5
    alias_attribute :title, :name
    attr_readonly :code
    after_initialize { self.flag = true if new_record? && flag.nil? }
  end
  class Book < ActiveRecord::Base
    belongs_to :author, counter_cache: true, touch: true, optional: true
    has_many :reviews, dependent: :destroy
    default_scope { where(hidden: false) }
    enum :state, { draft: 0, live: 1 }, prefix: true, default: :draft
  end
  class Review < ActiveRecord::Base
    belongs_to :book
  end
  class Profile < ActiveRecord::Base
    belongs_to :author
  end

  def t(label)
    r = yield
    r = r.to_sql if r.is_a?(ActiveRecord::Relation)
    say "#{label}: #{r.inspect.gsub(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( UTC| \+0000)?/, "T")}"
  rescue => e
    say "#{label}: #{e.class}: #{e.message}"
  end

  def up
    create_table(:authors) { |t| t.string :name; t.string :code; t.boolean :flag; t.integer :books_count, default: 0; t.timestamps }
    create_table(:books) { |t| t.references :author; t.string :name; t.boolean :hidden, default: false, null: false; t.integer :state; t.decimal :price, precision: 8, scale: 2; t.timestamps }
    create_table(:reviews) { |t| t.references :book; t.text :body; t.integer :stars }
    create_table(:profiles) { |t| t.references :author; t.string :bio }
    a, b, c = %w[a b c].map { |n| Author.create!(name: n, code: n * 2) }
    3.times { |i| Book.create!(author: a, name: "book#{i}", price: i * 1.5).reviews.create!(body: "r#{i}", stars: i) }
    Book.create!(name: "orphan", hidden: true)
    t("missing") { Author.where.missing(:books) }
    t("missing2") { Author.where.missing(:books, :profile) }
    t("associated") { Author.where.associated(:books).distinct }
    t("from") { Author.from(Author.where(name: "a"), :authors).where(flag: true) }
    t("from2") { Author.from("(select * from authors) AS authors") }
    t("nested where") { Book.joins(:author).where(authors: { name: %w[a b] }) }
    t("nested assoc") { Book.joins(:author).where(author: { name: "a" }) }
    t("where assoc") { Book.where(author: a) }
    t("where assoc arr") { Book.where(author: [a, b]) }
    t("where assoc rel") { Book.where(author: Author.named("a")) }
    t("where rel") { Review.where(book_id: Book.select(:id)) }
    t("where not multi") { Author.where.not(name: "a", code: nil) }
    t("where tuple") { Author.where([:name, :code] => [["a", "aa"], ["b", "bb"]]) }
    t("where ranges") { Author.where(id: [1..3, 7, 9.., nil]) }
    t("where str") { Author.where("name = :n AND id IN (:ids)", n: "o'x", ids: [1, 2]) }
    t("where arr") { Author.where(["name LIKE ? AND flag = ?", "%a%", true]) }
    t("or") { Author.where(name: "a").or(Author.where(code: "bb").where(flag: nil)) }
    t("and") { Author.where(name: "a").and(Author.where(code: "aa")) }
    t("invert") { Author.where(name: "a").where(flag: true).invert_where }
    t("rewhere") { Author.where(name: "a", flag: true).rewhere(name: "b") }
    t("reorder") { Author.order(:name).reorder(id: :desc).reverse_order }
    t("regroup") { Book.group(:state).regroup(:author_id).select("count(*)") }
    t("reselect") { Author.select(:id).reselect(:name, "1 AS one") }
    t("select hash") { Book.joins(:author).select(books: [:id, :name], authors: { name: :author_name }) }
    t("in_order_of") { Author.in_order_of(:name, %w[b a]) }
    t("excluding") { Author.excluding(a, b) }
    t("extending") { Author.extending(Module.new { def hi = "hi" }).hi }
    t("annotate") { Author.annotate("hello */ x").where(id: 1) }
    t("hints") { Author.optimizer_hints("X").where(id: 1) }
    t("with") { Author.with(x: Author.where(id: 1)).from("x AS authors") }
    t("with_recursive") { Author.with_recursive(y: [Author.where(id: 1), Author.joins("JOIN y ON authors.id = y.id + 1")]).from("y AS authors") }
    t("lock") { Author.lock.where(id: 1) }
    t("merge") { Book.joins(:author).merge(Author.named("a").recent) }
    t("merge hash") { Author.where(name: "a").merge(name: "b") }
    t("unscope") { Book.unscope(where: :hidden).order(:id).unscope(:order) }
    t("unscoped block") { Book.unscoped { Book.count } }
    t("only") { Author.where(id: 1).order(:id).limit(3).only(:where) }
    t("except") { Author.where(id: 1).order(:id).limit(3).except(:where, :limit) }
    t("left_joins") { Author.left_joins(:books).group(:id).having("COUNT(books.id) > ?", 0).count }
    t("joins nested") { Author.joins(books: :reviews).where(reviews: { stars: 1.. }).distinct.pluck(:name) }
    t("joins through") { Author.joins(:reviews).order("reviews.id").pluck("reviews.body") }
    t("includes") { Author.includes(books: :reviews).order(:id).map { |x| x.books.map { |y| y.reviews.size } } }
    t("includes ref") { Author.includes(:books).references(:books).where("books.name = 'book1'").map(&:name) }
    t("eager") { Author.eager_load(:books, :profile).where(books: { name: "book2" }).first.books.size }
    t("preload") { Author.preload(:reviews).map { |x| x.reviews.size } }
    t("group count") { Book.group(:author_id, :state).count }
    t("group sum") { Book.group(:author).sum(:price) }
    t("avg") { [Book.average(:price), Book.average(:id), Book.sum(:price), Book.minimum(:created_at).class, Book.maximum(:name)] }
    t("sum str") { Book.sum("price * 2") }
    t("count distinct") { [Book.distinct.count(:author_id), Book.count("DISTINCT author_id"), Book.select(:author_id).distinct.count, Book.limit(2).count] }
    t("pluck") { [Book.pluck(:id, :name), Book.joins(:author).pluck("authors.name", :price), Book.pluck(Arel.sql("price + 1"))] }
    t("pick") { [Author.order(:id).pick(:name), Author.where(id: 0).pick(:id, :name)] }
    t("nth") { [Author.second, Author.third_to_last, Author.fourth, Author.order(:id).second_to_last].map { |x| x&.name } }
    t("first n") { Author.order(name: :desc).first(2).map(&:name) + Author.last(2).map(&:name) }
    t("sole") { Author.where(name: "a").sole.name }
    t("find_sole") { Author.find_sole_by(flag: true) }
    t("find many") { Author.find(3, 1).map(&:id) }
    t("find missing") { Author.find(1, 77, 78) }
    t("find hash") { Author.find_by!(name: "zz") }
    t("dyn") { [Author.find_by_name_and_code("a", "aa").id, (Author.find_by_name!("zz") rescue $!.message)] }
    t("exists") { [Author.exists?(1), Author.exists?(name: "a"), Author.exists?(["name = ?", "q"]), Author.exists?, Author.exists?(nil), Author.exists?(false), Author.where(id: 9).exists?] }
    t("any") { [Author.any?, Author.none?, Author.one?, Author.many?, Author.where(id: 1).many?, Author.any? { |x| x.id == 2 }, Author.none.any?] }
    t("create_with") { Author.create_with(code: "cw").find_or_create_by!(name: "cw").code }
    t("foc") { Author.find_or_create_by(name: "foc") { |x| x.code = "blk" }.code }
    t("foi") { Author.named("new").find_or_initialize_by(code: "q").attributes.slice("name", "code") }
    t("cof") { Author.create_or_find_by(name: "cof").name }
    t("where new") { Author.where(name: "w", flag: [true, false]).new.attributes.slice("name", "flag") }
    t("insert_all") { Author.insert_all([{ name: "i1", code: nil }, { name: "i2", code: "z" }]).rows.size }
    t("insert") { Author.insert({ name: "i3" }).length }
    t("upsert_all") { Author.upsert_all([{ id: 1, name: "up", code: "x" }], update_only: [:name]); Author.find(1).name }
    t("update_all") { [Author.where(name: "i1").update_all(code: "u1"), Author.where(name: "i2").update_all(["code = ?", "o'k"]), Author.where(id: 2).update_all("books_count = books_count + 1")] }
    t("update_all joins") { Book.joins(:author).where(authors: { name: "up" }).update_all(price: 9) }
    t("update_all limit") { Author.order(:id).limit(1).update_all(flag: false) }
    t("delete_all limit") { Author.where(name: "i3").limit(1).delete_all }
    t("touch_all") { Author.where(id: 1).touch_all(:created_at) }
    t("update_counters") { [Author.update_counters(1, books_count: 2), Author.increment_counter(:books_count, 1), Author.decrement_counter(:books_count, [1, 2]), Author.find(1).books_count] }
    t("reset_counters") { Author.reset_counters(1, :books); Author.find(1).books_count }
    t("update id") { Author.update(1, name: "upd").name }
    t("update ids") { Author.update([1, 2], [{ name: "u1" }, { name: "u2" }]).map(&:name) }
    t("update all records") { Author.where(id: 1).update(code: "same").map(&:code) }
    t("destroy_by") { [Author.destroy_by(name: "cof").size, Author.delete_by(name: "cw")] }
    t("destroy ids") { Author.destroy([Author.create!(name: "d1").id]).map(&:name) }
    t("readonly attr") { x = Author.find(2); x.update(code: "changed"); x.reload.code }
    t("alias") { [Author.find_by(title: "u1").title, Author.where(title: "u1"), Author.order(:title).pluck(:title).first] }
    t("attr default") { [Author.new.nick, Author.first.nick, Author.new(score: "7").score] }
    t("enum") { [Book.first.state, Book.state_live, Book.not_state_draft.count, Book.first.state_draft?, Book.first.state_live!, Book.states, (Book.new(state: "zz") rescue $!.message), Book.where(state: [:live, "draft"])] }
    t("inc") { x = Author.find(1); x.increment(:books_count, 3); x.books_count_change }
    t("inc!") { x = Author.find(1); x.increment!(:books_count, 3, touch: true); [x.books_count, x.changed?] }
    t("toggle") { x = Author.find(1); x.toggle(:flag); x.changes }
    t("toggle!") { Author.find(1).toggle!(:flag) }
    t("becomes") { x = Author.find(1).becomes(Profile) rescue $!.class }
    t("dup") { x = Author.find(1).dup; [x.id, x.name, x.new_record?, x.changed.sort] }
    t("changes") { x = Author.find(1); x.name = "z"; x.name_will_change!; [x.changed, x.name_was, x.name_changed?(from: "u1", to: "z"), x.attribute_in_database(:name), x.changed_attributes, x.restore_attributes, x.changed?] }
    t("saved") { x = Author.find(1); x.update!(name: "s"); [x.saved_changes.keys.sort, x.saved_change_to_name, x.name_before_last_save, x.previous_changes.key?("name"), x.saved_change_to_name?(to: "s")] }
    t("attrs") { x = Author.new(name: "q"); [x.attribute_names.size, x.has_attribute?(:nick), x[:name], x.attributes.key?("nick"), x.attribute_present?(:code), x.name?, x.name_before_type_cast] }
    t("assign unknown") { Author.new(bogus: 1) }
    t("write unknown") { Author.new[:bogus] = 1 }
    t("select missing") { Author.select(:id).first.name }
    t("save validate") { Author.new.save(validate: false, touch: false) }
    t("no_touching") { Author.no_touching { Book.first.touch } }
    t("rec ts") { Author.record_timestamps = false; x = Author.create!(name: "nts"); Author.record_timestamps = true; x.created_at }
    t("transaction") { Author.transaction { Author.create!(name: "rb"); raise ActiveRecord::Rollback }; Author.exists?(name: "rb") }
    t("nested tx") { Author.transaction { Author.transaction(requires_new: true) { Author.create!(name: "n"); raise ActiveRecord::Rollback }; Author.create!(name: "kept") }; Author.where(name: %w[n kept]).pluck(:name) }
    t("with_lock") { Author.find(1).with_lock { |*| 5 } }
    t("lock!") { x = Author.find(1); x.name = "dirty"; x.lock! }
    t("sanitize") { [Author.sanitize_sql_array(["a = ?", "x'"]), Author.sanitize_sql_like("a%_b"), Author.sanitize_sql_for_order([Arel.sql("field(id, ?)"), [1]]), Author.sanitize_sql_for_assignment({ name: nil, code: 3 }), Author.sanitize_sql(["x IN (?)", []])] }
    t("arel") { x = Author.arel_table; Author.where(x[:name].eq("a").and(x[:id].gt(2)).or(x[:code].matches("%x%"))).order(x[:name].desc.nulls_last) }
    t("arel2") { x = Author.arel_table; x.project(x[:id].count, x[:name].lower).group(x[:name]).having(x[:id].count.gt(1)).to_sql }
    t("arel join") { x, y = Author.arel_table, Book.arel_table; Author.joins(x.join(y, Arel::Nodes::OuterJoin).on(y[:author_id].eq(x[:id])).join_sources) }
    t("arel exists") { Author.where(Book.where("books.author_id = authors.id").arel.exists) }
    t("arel case") { x = Author.arel_table; Author.select(Arel::Nodes::Case.new(x[:name]).when("a").then(1).else(0).as("q")) }
    t("in_batches") { r = []; Book.in_batches(of: 2, order: :desc) { |rel| r << rel.to_sql << rel.pluck(:id) }; r }
    t("in_batches load") { r = []; Book.in_batches(of: 2, load: true, start: 2) { |rel| r << rel.map(&:id) }; r }
    t("in_batches ranges") { r = []; Book.where(hidden: false).in_batches(of: 2, use_ranges: true) { |rel| r << rel.to_sql }; r }
    t("in_batches enum") { [Book.in_batches(of: 2).update_all(price: 3), Book.in_batches(of: 2).each_record.map(&:id), Book.in_batches.touch_all] }
    t("find_in_batches") { r = []; Book.find_in_batches(batch_size: 2, finish: 2) { |x| r << x.map(&:id) }; r }
    t("find_each enum") { Book.find_each(batch_size: 2).with_index.map { |x, i| [x.id, i] } }
    t("find_each order") { Book.order(:name).find_each(cursor: [:name, :id], order: [:desc, :asc]).map(&:id) }
    t("load_async") { Author.where(id: 1).load_async.map(&:id) }
    t("to_param") { [Author.first.to_param, Author.new.to_param, Author.first.to_key, Author.model_name.to_s, Author.human_attribute_name(:name)] }
    t("inspect") { [Author.inspect.size > 10, Author.new.inspect, Author.where(id: 1).inspect.size > 10, Author.columns_hash["flag"].type, Author.column_defaults["books_count"]] }
    t("json") { Author.find(1).as_json(only: [:id, :name]).to_json + Author.select(:id, :name).limit(1).to_json }
    t("compare") { [Author.find(1) == Author.find(1), Author.new == Author.new, Author.find(1).hash == Author.find(1).hash, (Author.find(1) <=> Author.find(2)), [Author.find(1)] & Author.where(id: 1)] .map { |q| q.is_a?(Array) ? q.size : q } }
    t("destroyed") { x = Author.create!(name: "del"); x.destroy; [x.destroyed?, x.frozen?, x.persisted?, (x.update!(name: "q") rescue $!.class), (x.reload rescue $!.message)] }
    t("none") { [Author.none.count, Author.none.sum(:id), Author.none.pluck(:id), Author.none.to_sql, Author.none.update_all(name: 1), Author.none.maximum(:id), Author.none.group(:id).count] }
    t("collection") { [a.books.to_a.size, a.books.where(price: 3).size, a.books.pluck(:id), a.books.build(name: "x").author_id, a.books.find_or_create_by!(name: "foc").price, a.book_ids.size, a.books.exists?(name: "x"), a.books.count, a.books.size, a.books.limit(1).destroy_all.size, a.reload.books_count] }
    t("update_attribute") { x = Author.find(1); x.update_attribute(:name, "ua"); x.update_columns(name: "uc", updated_at: Time.utc(2020)); x.reload.updated_at.year }
    t("bad column") { Author.where(bogus: 1).to_a.size rescue $!.class }
    t("bad order") { Author.order("name; drop table") }
    t("order arel") { Author.order(Arel.sql("CASE WHEN name = 'a' THEN 0 ELSE 1 END"), :id) }
    t("order hash") { Book.joins(:author).order(author: { name: :asc }, books: { id: :desc }) }
    t("structurally") { Author.where(id: 1).structurally_compatible?(Author.where(id: 2).limit(1)) }
    t("conn") { [connection.select_value("select 1"), connection.select_values("select id from authors where id < 3 order by id"), connection.select_rows("select id, name from authors where id = 2"), connection.select_one("select id from authors where id = 1"), connection.select_all("select id from authors where id = 1").to_a, connection.quote("a'b"), connection.quote(nil), connection.quote_column_name("x"), connection.exec_query("select 1 as a").rows, connection.execute("select 1").class.name.size > 1] }
  end
end
