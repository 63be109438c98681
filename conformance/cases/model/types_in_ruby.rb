# run: migrate
class UpperType < ActiveRecord::Type::String
  def cast(value)
    value.is_a?(Symbol) ? super(value.to_s.upcase) : super
  end

  def serialize(value)
    super(value&.upcase)
  end

  def deserialize(value)
    "<#{super}>"
  end
end

class CentsType < ActiveModel::Type::Integer
  def deserialize(value)
    super&./(100.0)
  end

  def serialize(value)
    super((value * 100).round) if value
  end

  private
    def cast_value(value)
      value.to_f
    end
end

class TagsType < ActiveRecord::Type::Json
  def deserialize(value)
    Array(super).map(&:to_s)
  end

  def serialize(value)
    super(value.sort)
  end
end

class ListType < ActiveRecord::Type::Value
  include ActiveModel::Type::Helpers::Mutable

  def type
    :list
  end

  def deserialize(value)
    value.to_s.split("|")
  end

  def serialize(value)
    value.join("|") if value
  end
end

class YesNoType < ActiveModel::Type::Boolean
  def serialize(value)
    super ? "yes" : "no"
  end

  private
    def cast_value(value)
      value == "yes" || super(value == "no" ? "0" : value)
    end
end

class Temperature
  attr_reader :degrees

  def initialize(degrees)
    @degrees = degrees
  end

  def ==(other)
    other.is_a?(Temperature) && degrees == other.degrees
  end

  def to_s
    "#{degrees} degrees"
  end
end

class TemperatureType < ActiveModel::Type::Value
  def cast(value)
    value.nil? || value.is_a?(Temperature) ? value : Temperature.new(value.to_i)
  end

  def serialize(value)
    value && cast(value).degrees
  end
end

class ScaledType < ActiveRecord::Type::Value
  def initialize(factor: 2, **options)
    super(**options)
    @factor = factor
  end

  def cast(value)
    value&.to_i
  end

  def serialize(value)
    value && value * @factor
  end

  def deserialize(value)
    value && value / @factor
  end
end

class Thing < ActiveRecord::Base
  attribute :code, UpperType.new
  attribute :price, CentsType.new
  attribute :tags, TagsType.new
  attribute :list, ListType.new
  attribute :flag, YesNoType.new
  attribute :heat, TemperatureType.new, default: 5
  attribute :scaled, ScaledType.new(factor: 10, limit: 4)
  attribute :document, ActiveRecord::Type::Json.new
  attribute :virtual, ListType.new
  attribute :whole, ActiveRecord::Type.lookup(:integer)
  normalizes :list, with: ->(list) { list.map(&:strip) }
end

class TypesInRuby < ActiveRecord::Migration[8.1]
  def change
    create_table :things do |t|
      t.string :code
      t.integer :price
      t.text :tags, :list
      t.string :flag
      t.integer :heat
      t.integer :scaled
      t.text :document
      t.string :whole
    end
    reversible do |direction|
      direction.up { up_only }
    end
  end

  def up_only
    thing = Thing.create!(code: :abc, price: "1.25", tags: %w[b a], list: %w[x y], flag: "yes", scaled: 3, document: { "a" => [1] }, whole: "12")
    show thing
    thing = Thing.find(thing.id)
    show thing
    say thing.changed?.inspect
    thing.tags << "c"
    thing.list << " z "
    thing.document["b"] = true
    thing.code << "!"
    say thing.changed.inspect
    say thing.changes.inspect
    thing.save!
    show thing.reload
    thing.update!(heat: 30, price: 2, scaled: 4, flag: "no", whole: "x")
    say thing.saved_changes.transform_values { |pair| pair.map(&:to_s) }.inspect
    thing.update!(heat: Temperature.new(30))
    thing.update_columns(heat: 31, price: 9.99, tags: %w[q p])
    show thing.reload
    say Thing.where(heat: 31).count
    say Thing.where(heat: Temperature.new(31), price: 9.99).count
    say Thing.where(heat: [1, 31], code: "<abc!>").count
    say Thing.where(list: nil).to_sql
    say Thing.where(scaled: 4..5).count
    say Thing.pluck(:code, :price, :flag, :list).inspect
    say Thing.maximum(:price).inspect
    say Thing.sum(:price).inspect
    say Thing.group(:flag).count.inspect
    Thing.update_all(price: 7, heat: 3, flag: "no")
    Thing.insert_all!([{ code: "q", price: 1, tags: ["z"], list: ["l"], scaled: 1 }])
    show Thing.order(:id).last
    show Thing.find_by!(heat: 3)
    say Thing.new(virtual: %w[a b]).virtual.inspect
    say Thing.new.attributes.transform_values(&:to_s).inspect
    say Thing.type_for_attribute(:list).type.inspect
    say Thing.type_for_attribute(:list).class
    say Thing.type_for_attribute(:scaled).limit.inspect
  end

  def show(thing)
    say [thing.code, thing.price, thing.tags, thing.list, thing.flag, thing.heat.to_s, thing.scaled, thing.document, thing.whole].inspect
  end
end
