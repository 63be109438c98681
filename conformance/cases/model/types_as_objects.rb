# run: migrate
class ShoutType < ActiveRecord::Type::Text
  def serialize(value)
    super("#{value}!")
  end
end

class Word < ActiveRecord::Base
end

class TypesAsObjects < ActiveRecord::Migration[8.1]
  def up
    say ActiveModel::Type::Boolean.new.cast("0").inspect
    say ActiveModel::Type::Boolean.new.cast("").inspect
    say ActiveRecord::Type::Boolean.new.serialize("yes").inspect
    say ActiveModel::Type::Integer.new.cast("12abc").inspect
    say ActiveModel::Type::Integer.new.cast(true).inspect
    say ActiveRecord::Type::Integer.new(limit: 2).limit.inspect
    say try { ActiveRecord::Type::Integer.new(limit: 2).serialize(70_000) }.inspect
    say ActiveRecord::Type::Integer.new(limit: 2).serializable?(70_000).inspect
    say try { ActiveRecord::Type::Integer.new(length: 2) }.inspect
    say ActiveModel::Type::BigInteger.new.serialize(2**70).inspect
    say ActiveModel::Type::Float.new.cast("1.5").inspect
    say ActiveModel::Type::Decimal.new(precision: 5, scale: 2).cast("1.23456").to_s
    say ActiveModel::Type::String.new.cast(12).inspect
    say ActiveModel::Type::ImmutableString.new.cast(:a).inspect
    say ActiveModel::Type::String.new.serialize(true).inspect
    say ActiveModel::Type::Date.new.cast("2020-02-03").inspect
    say ActiveModel::Type::DateTime.new.cast("2020-02-03 04:05:06").inspect
    say ActiveModel::Type::Value.new.cast([1]).inspect
    say ActiveRecord::Type::Json.new.serialize({ a: 1 }).inspect
    say ActiveRecord::Type::Json.new.deserialize('{"a":[1]}').inspect
    say ActiveRecord::Type::Json.new.cast({ a: :b }).inspect
    say ActiveRecord::Type::Json.new.changed_in_place?('{"a": 1}', { "a" => 1 }).inspect
    say ActiveRecord::Type::Integer.new.changed?(1, 1, "x").inspect
    say ActiveRecord::Type.lookup(:json).type.inspect
    say ActiveRecord::Type.lookup(:decimal, precision: 4).precision.inspect
    say ActiveRecord::Type.lookup(:text).class
    say try { ActiveRecord::Type.lookup(:nothing) }.inspect
    say (ActiveModel::Type::Integer.new == ActiveModel::Type::Integer.new).inspect
    say (ActiveModel::Type::Integer.new == ActiveModel::Type::Integer.new(limit: 8)).inspect
    say [ActiveRecord::Type::Text.superclass, ActiveRecord::Type::Integer, ActiveRecord::Type::Json.superclass].inspect

    ActiveRecord::Type.register(:shout, ShoutType)
    ActiveRecord::Type.register(:text, ShoutType, override: true)
    ActiveRecord::Type.register(:whisper) { |_, **options| ActiveRecord::Type::Text.new(**options) }
    create_table(:words) { |t| t.string :a, :b, :c, :d }
    Word.attribute :a, :shout
    Word.attribute :b, :text
    Word.attribute :c, :whisper, limit: 3
    Word.attribute :d, ActiveRecord::Type.lookup(:string)
    Word.create!(a: "a", b: "b", c: "c", d: true)
    say Word.first.attributes.inspect
    say [Word.type_for_attribute(:c).limit, Word.type_for_attribute(:a).class].inspect
    ActiveRecord::Type.register(:integer, ShoutType)
    say try { ActiveRecord::Type.lookup(:integer).class }.inspect
    ActiveRecord::Type.register(:float, ShoutType)
    say ActiveRecord::Type.lookup(:float).class
  end

  def try
    yield
  rescue => error
    [error.class, error.message]
  end
end
