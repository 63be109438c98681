# run: migrate
# One model with macros of every kind, and what its callbacks saw.
module Sluggable
  extend ActiveSupport::Concern
  included do
    before_validation :make_slug, on: :create
    scope :slugged, -> { where.not(slug: nil) }
    validates :slug, presence: true, uniqueness: { scope: :type, case_sensitive: false }
  end
  class_methods do
    def by_slug(s) = find_by(slug: s)
  end
  def make_slug
    self.slug ||= name.to_s.parameterize
  end
end
class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
  def self.log = (@@log ||= [])
end
class MacrosTogether < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!
  class Item < ApplicationRecord
    include Sluggable
    has_many :links, as: :owner, dependent: :delete_all, inverse_of: :owner
    has_and_belongs_to_many :groups, join_table: :groups_items
    has_one :detail, autosave: true, dependent: :destroy
    has_many :parts, -> { order(:position) }, class_name: "MacrosTogether::Part", foreign_key: :item_id, after_add: :added, before_remove: ->(i, p) { ApplicationRecord.log << "rm #{p.name}" } do
      def big = where(position: 5..)
    end
    belongs_to :parent, class_name: "MacrosTogether::Item", optional: true, counter_cache: :children_count
    has_many :children, class_name: "MacrosTogether::Item", foreign_key: :parent_id, dependent: :nullify
    accepts_nested_attributes_for :parts, allow_destroy: true, reject_if: ->(a) { a["name"].blank? }
    accepts_nested_attributes_for :detail, update_only: true
    store :settings, accessors: [:color, :size], coder: JSON
    serialize :tags, coder: YAML, type: Array
    store_accessor :meta, :kind, prefix: true
    delegate :bio, to: :detail, allow_nil: true, prefix: true
    before_save { ApplicationRecord.log << "bs #{name}" }
    around_save ->(r, b) { ApplicationRecord.log << "as1"; b.call; ApplicationRecord.log << "as2" }
    after_save :after_it, if: :saved_change_to_name?
    after_commit { ApplicationRecord.log << "ac #{name}" }
    after_rollback { ApplicationRecord.log << "rb" }
    before_destroy { throw :abort if name == "keep" }
    validates :name, length: { in: 2..10 }, format: { with: /\A\w/ }, exclusion: %w[bad], allow_nil: true
    validates :price, numericality: { greater_than: 0, only_integer: false }, if: -> { price }
    validate { errors.add(:base, "no #{name}") if name == "nono" }
    def after_it = ApplicationRecord.log << "af"
    def added(p) = ApplicationRecord.log << "add #{p.name}"
  end
  class Special < Item; end
  class Part < ApplicationRecord
    belongs_to :item, touch: true
    validates :name, presence: true
  end
  class Detail < ApplicationRecord
    belongs_to :item
    belongs_to :author, optional: true, class_name: "MacrosTogether::Item"
  end
  class Group < ApplicationRecord
    has_and_belongs_to_many :items, join_table: :groups_items, class_name: "MacrosTogether::Item"
  end
  class Link < ApplicationRecord
    belongs_to :owner, polymorphic: true
    enum :kind, %w[web mail].index_by(&:itself), suffix: :link, validate: true
  end
  def t(label)
    ApplicationRecord.log.clear
    r = yield
    say "#{label}: #{r.inspect.gsub(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( UTC| \+0000)?/, "T")} #{ApplicationRecord.log.inspect}"
  rescue => e
    say "#{label}: #{e.class}: #{e.message} #{ApplicationRecord.log.inspect}"
  end
  def up
    create_table(:items) { |t| t.string :name; t.string :slug; t.string :type; t.decimal :price, precision: 8, scale: 2; t.text :settings; t.text :tags; t.json :meta; t.references :parent; t.integer :children_count, default: 0; t.timestamps }
    create_table(:parts) { |t| t.references :item; t.string :name; t.integer :position }
    create_table(:details) { |t| t.references :item; t.references :author; t.string :bio }
    create_table(:groups) { |t| t.string :name }
    create_join_table :groups, :items
    create_table(:links) { |t| t.references :owner, polymorphic: true; t.string :url; t.string :kind }
    t("create") { Item.create!(name: "One", price: 1).slug }
    t("sti") { s = Special.create!(name: "Spec"); [s.type, Item.find(s.id).class.name, Special.count, Item.where(type: "MacrosTogether::Special").count, Special.first.becomes(Item).class.name] }
    t("uniq") { Item.create(name: "one").errors.full_messages }
    t("invalid") { Item.create!(name: "x!") }
    t("invalid2") { i = Item.new(name: "bad", price: -1); i.valid?; [i.errors.to_hash, i.errors.details, i.errors.attribute_names, i.errors[:name], i.errors.added?(:price, :greater_than, value: -1, count: 0)] }
    t("base") { Item.new(name: "nono").tap(&:valid?).errors.full_messages }
    i = Item.find_by!(slug: "one")
    t("parts") { i.parts.create!(name: "p1", position: 2); i.parts << Part.new(name: "p2", position: 9); [i.parts.map(&:name), i.parts.big.pluck(:name)] }
    t("parts invalid") { i.parts.create(name: "").errors.full_messages }
    t("nested") { i.reload.update!(parts_attributes: [{ id: i.parts.first.id, name: "q1" }, { name: "new", position: 1 }, { name: "" }], detail_attributes: { bio: "b" }); [i.parts.reload.map(&:name), i.detail.bio, i.detail_bio] }
    t("nested destroy") { i.update(parts_attributes: { "0" => { "id" => i.parts.last.id.to_s, "_destroy" => "1" } }); i.parts.reload.map(&:name) }
    t("nested missing") { i.update(parts_attributes: [{ id: 999, name: "z" }]) }
    t("replace") { i.parts = [Part.new(name: "r1", position: 3)]; i.parts.reload.map(&:name) + Part.where(item_id: nil).pluck(:name) }
    t("ids=") { i.part_ids = Part.order(:id).limit(2).pluck(:id); i.parts.reload.map(&:name) }
    t("habtm") { g = Group.create!(name: "g"); i.groups << g; i.groups.create!(name: "h"); [i.groups.order(:name).map(&:name), g.items.count, Group.joins(:items).distinct.count, (i.groups.delete(g); i.group_ids.size)] }
    t("poly") { l = i.links.create!(url: "u", kind: "web"); [l.owner_type, l.owner.equal?(i), Link.where(owner: i).count, Link.first.web_link?, Link.new(kind: "zip", owner: i).tap(&:valid?).errors.full_messages, Link.includes(:owner).map { |x| x.owner.name }] }
    t("poly sti") { s = Special.first; l = Link.create!(owner: s); [l.owner_type, Link.where(owner: s).pluck(:id).size, s.links.size] }
    t("has_one") { i.create_detail!(bio: "c"); d = i.build_detail(bio: "d"); i.save!; [Detail.count, i.reload.detail.bio, (i.detail = nil), Detail.count] }
    t("tree") { c = Item.create!(name: "child", parent: i); [i.reload.children_count, c.parent.name, (c.update!(parent: nil); i.reload.children_count), Item.left_joins(:children).where(children: { id: nil }).count] }
    t("store") { i.update!(color: "red", size: 3); i.reload; [i.settings, i.color, i.color_changed?, (i.color = "blue"; i.changes["settings"]), i.settings_changed?, i.saved_change_to_color] }
    t("store acc") { i.reload.update!(meta_kind: "k"); [i.meta, i.meta_kind, Item.where.not(meta: nil).count] }
    t("serialize") { i.tags << "a"; i.save!; i.tags += [:b, { "c" => 1 }]; i.save!; [i.reload.tags, i.tags_before_type_cast, (i.update!(tags: "str") rescue $!.class)] }
    t("callbacks") { i.reload.update!(name: "Two"); i.update!(name: "Two"); i.touch }
    t("rollback") { Item.transaction { i.update!(name: "Three"); raise ActiveRecord::Rollback }; [i.name, i.reload.name] }
    t("abort") { k = Item.create!(name: "keep"); [k.destroy, (k.destroy! rescue $!.message), k.persisted?] }
    t("destroy") { n = [Part.count, Link.count]; i.reload.destroy; n + [Part.count, Link.count, Item.exists?(i.id)] }
    t("class method") { [Item.by_slug("spec").name, Item.slugged.count, Special.slugged.to_sql] }
    t("scoping") { Item.where(name: "Spec").scoping { [Item.count, Item.new.name, Special.new.name] } }
    t("ignored") { Item.ignored_columns += ["price"]; Item.reset_column_information; r = [Item.column_names.include?("price"), Item.order(:id).to_sql[0, 60], Item.first.respond_to?(:price)]; Item.ignored_columns = []; Item.reset_column_information; r }
    t("reflect") { [Item.reflect_on_association(:parts).macro, Item.reflect_on_all_associations(:has_one).map(&:name), Item.reflect_on_association(:parent).foreign_key, Item.reflect_on_association(:parts).klass.name] }
    t("validators") { Item.validators_on(:name).map(&:kind) }
    t("inspect") { Part.new(name: "z").inspect + Item.inspect[0, 60] }
    t("errors add") { x = Part.new(name: "a"); x.errors.add(:name, :taken); x.errors.add(:position, "is odd"); [x.errors.full_messages, x.errors.count, x.errors.full_messages_for(:name), x.errors.where(:name).size, x.errors.messages] }
    t("conn dml") { [connection.insert("INSERT INTO parts (name) VALUES ('raw')").class.name, connection.update("UPDATE parts SET position = 7 WHERE name = 'raw'"), connection.delete("DELETE FROM parts WHERE name = 'raw'"), connection.exec_update("UPDATE parts SET position = 1")] }
    t("group_by") { Part.all.group_by(&:position).transform_values(&:size).to_a.sort_by(&:to_s) + Part.all.index_by(&:id).keys.size.then { |x| [x.class] } + [Part.all.each_slice(2).map(&:size).sum == Part.count, Part.all.partition(&:item_id).map(&:size).sum, Part.all.sum(&:position), Part.all.to_a.in_groups_of(2, false).size > 0] }
  end
end
