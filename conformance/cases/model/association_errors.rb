# run: migrate
# What macros and associations refuse, and in which words.
class Maker < ActiveRecord::Base
  has_many :parts
  has_many :screws
  has_one :label
  has_many :tools, through: :nothing
  has_many :pieces, through: :parts
  has_many :things, through: :parts, source: :subject
  has_many :owners, through: :parts, source: :shop, source_type: "Shop"
  has_one :first_bolt, through: :screws, source: :bolts
  has_many :early_bolts, through: :late_screws, source: :bolts
  has_many :late_screws, class_name: "Screw"
  has_many :bolts, through: :screws
  has_many :threads, through: :bolts
  has_many :shops, through: :parts
  has_many :wrong_ways, class_name: "Part", inverse_of: :nobody
  belongs_to :thing, polymorphic: true, optional: true
  has_many :of_things, through: :thing, source: :parts
  has_one :of_thing, through: :thing, source: :part
end

class Part < ActiveRecord::Base
  belongs_to :maker
  belongs_to :shop
  belongs_to :subject, polymorphic: true
end

class Screw < ActiveRecord::Base
  belongs_to :maker
  has_many :bolts
end

class Bolt < ActiveRecord::Base
  belongs_to :screw
  has_many :threads
end

class Thread2 < ActiveRecord::Base
  self.table_name = "threads"
  belongs_to :bolt
end

class Bolt
  has_many :threads, class_name: "Thread2"
end

class Shop < ActiveRecord::Base
  has_many :parts
end

class Label < ActiveRecord::Base
  belongs_to :maker
end

class AssociationErrors < ActiveRecord::Migration[8.1]
  def attempt
    say yield.inspect
  rescue StandardError => e
    say "#{e.class}: #{e.message.gsub(/#\d+/, "#N").gsub(/0x\h+/, "0x")}"
    say "because of #{e.cause.class}: #{e.cause.message}" if e.cause
  end

  def declare(&block)
    attempt { Class.new(ActiveRecord::Base) { self.table_name = "makers" }.class_eval(&block) && :declared }
  end

  def up
    create_table(:makers) { |t| t.string :name; t.references :thing, polymorphic: true }
    create_table(:parts) { |t| t.references :maker; t.references :shop; t.references :subject, polymorphic: true }
    create_table(:screws) { |t| t.references :maker }
    create_table(:bolts) { |t| t.references :screw }
    create_table(:threads) { |t| t.references :bolt }
    create_table(:shops) { |t| t.string :name }
    create_table(:labels) { |t| t.references :maker }

    declare { has_many :parts, colour: :red }
    declare { belongs_to :shop, class_name: Shop }
    declare { has_many "parts" }
    declare { has_many :parts, dependent: :explode }
    declare { has_one :label, dependent: :delete_all }
    declare { belongs_to :shop, dependent: :nullify }
    declare { has_many :parts, dependent: :destroy_async }
    declare { belongs_to :shop, polymorphic: true, class_name: "Shop" }
    declare { belongs_to :shop, as: :thing }
    declare { has_many :parts, source: :part }
    declare { has_one :label, index_errors: true }
    declare { belongs_to :attributes }
    declare { has_many :save }

    maker = Maker.create!(name: "m")
    attempt { maker.tools }
    attempt { maker.pieces }
    attempt { maker.things }
    attempt { maker.owners }
    attempt { maker.first_bolt }
    attempt { maker.early_bolts }
    attempt { maker.of_things }
    attempt { maker.of_thing }
    attempt { maker.wrong_ways }
    attempt { maker.bolts << Bolt.new }
    attempt { maker.bolts.create! }
    attempt { maker.threads << Thread2.new }
    attempt { maker.threads = [Thread2.create!] }
    attempt { maker.shops << Part.new }
    attempt { maker.association(:none) }
    attempt { maker.label = Part.new }
    attempt { maker.parts << Label.new }
    attempt { maker.parts = nil }
    attempt { maker.parts = [Part.new, 3] }
    attempt { maker.parts.delete("7") }
    attempt { maker.parts.destroy(7, 8) }
    attempt { maker.parts.find(9) }
    attempt { maker.part_ids = [4] }
    attempt { maker.parts.prepend(Part.new) }
    attempt { maker.parts.delete_all(:destroy) }
    attempt { Maker.new.parts.create }
    attempt { Maker.new.create_label! }
    attempt { maker.build_thing }
    attempt { Maker.reflect_on_association(:thing).klass }
    attempt { Class.new(ActiveRecord::Base) { self.table_name = "parts"; def self.name = "Own"; belongs_to :nowhere }.new.nowhere }
    attempt { Class.new(ActiveRecord::Base) { self.table_name = "parts"; def self.name = "Own"; belongs_to :shop, class_name: "Nowhere" }.new.shop }
    attempt { Class.new(ActiveRecord::Base) { self.table_name = "parts"; def self.name = "Own"; belongs_to :shop, class_name: "String" }.new.shop }
    attempt { Maker.reset_counters(maker.id, :nothing) }
    attempt { raise ActiveRecord::DeleteRestrictionError }
    attempt { raise ActiveRecord::DeleteRestrictionError.new(:parts) }
    attempt { maker.strict_loading!(mode: :none) }
    attempt { Part.where(maker: Shop.new) .to_a }
    attempt { maker.parts(1) }
    attempt { maker.reload_label(1) }
  end
end
