# run: migrate
# Each validator's options, and what it says to those that it does not take.
class Item < ActiveRecord::Base
end

class ValidationOptions < ActiveRecord::Migration[8.1]
  def up
    create_table(:items) do |t|
      t.string :name, :code
      t.integer :count
      t.decimal :price, precision: 8, scale: 2
      t.float :weight
      t.date :made
      t.boolean :odd
    end
    lengths
    numbers
    others
    wrong
  end

  def model(&block)
    Class.new(Item) do
      def self.name = "Item"
      class_eval(&block)
    end
  end

  def try(model, **attributes)
    item = model.new(attributes)
    say "#{attributes.inspect} #{item.valid?.inspect} #{item.errors.full_messages.inspect}"
    say item.errors.details.inspect unless item.errors.empty?
  end

  def lengths
    [{ in: 2..4 }, { within: 2...4 }, { is: 3 }, { minimum: 2 }, { maximum: 3 }, { in: 2.. }, { in: ..3 },
     { maximum: :limit, too_long: "over %{count}" }, { minimum: ->(item) { item.count.to_i } }, { is: 1, message: "no" },
     { maximum: 2, allow_nil: true }, { maximum: 2, allow_blank: false }, { is: 1, wrong_length: "not %{count}" },
     { maximum: Float::INFINITY }].each do |options|
      kind = model { def limit = 1; validates :name, length: options }
      say options.keys.inspect
      [nil, "", "ab", "abcd"].each { |name| try(kind, name: name) }
    end
    try(model { validates_size_of :count, maximum: 2 }, count: 123)
  end

  def numbers
    [true, { only_integer: true }, { only_numeric: true }, { greater_than: 3, less_than: :limit }, { equal_to: 4 },
     { greater_than_or_equal_to: ->(item) { item.name.to_s.length } }, { less_than_or_equal_to: 4, other_than: 2 },
     { odd: true }, { even: true }, { in: 1..4 }, { only_integer: :whole? }].each do |options|
      kind = model { def limit = 10; def whole? = true; validates :price, :count, numericality: options, allow_nil: true }
      say options.inspect unless options.to_s.include?("Proc")
      [3, "4", 4.5, "4.256", "abc", "0x1A", " 7 ", "", "1e2", "12abc"].each { |value| try(kind, price: value) }
      ["2", 2.5, "x"].each { |value| try(kind, count: value) }
    end
    try(model { validates_numericality_of :weight, greater_than: 0.3 }, weight: 0.1 + 0.2)
    try(model { validates :name, numericality: true }, name: "12")
    try(model { validates :name, numericality: { only_numeric: true } }, name: "12")
  end

  def others
    try(model { validates :name, inclusion: %w[a b] }, name: "c")
    try(model { validates :name, inclusion: { in: ->(item) { [item.code] } } }, name: "c", code: "c")
    try(model { def names = %w[x]; validates :name, inclusion: { within: :names, message: "%{value} is not known" } }, name: "c")
    try(model { validates :count, inclusion: 1..3 }, count: 4)
    try(model { validates :made, exclusion: { in: Date.new(2024)..Date.new(2025) } }, made: "2024-05-05")
    try(model { validates :name, exclusion: { in: "a".."f" } }, name: "bb")
    try(model { validates :name, format: /\Aa/ }, name: "b")
    try(model { validates :name, format: { without: /a/ } }, name: "bar")
    try(model { validates :name, format: { with: ->(item) { item.code == "x" ? /\Ax/ : /\Ay/ } } }, name: "x", code: "y")
    try(model { validates :name, format: { with: /^a$/, multiline: true } }, name: "b\na")
    try(model { validates :name, acceptance: true }, name: nil)
    try(model { validates :name, acceptance: { accept: %w[yes 1] } }, name: "no")
    try(model { validates :agreed, acceptance: true }, agreed: "0")
    try(model { validates :agreed, acceptance: { allow_nil: false } }, name: "x")
    try(model { validates :name, confirmation: true }, name: "a", name_confirmation: "A")
    try(model { validates :name, confirmation: { case_sensitive: false } }, name: "a", name_confirmation: "A")
    try(model { validates :name, confirmation: true }, name: "a")
    try(model { validates :count, comparison: { greater_than: 3 } }, count: 3)
    try(model { validates :count, comparison: { less_than: :most, other_than: 1 }; def most = 1 }, count: 1)
    try(model { validates_comparison_of :made, greater_than_or_equal_to: -> { Date.new(2024) } }, made: "2023-01-01")
    try(model { validates :count, comparison: { equal_to: 3 } }, count: nil)
    try(model { validates :count, comparison: { greater_than: "a" } }, count: 3)
    try(model { validates :name, absence: true, presence: { if: :code? } }, name: "x", code: "y")
    try(model { validates_absence_of :name, message: "has to go" }, name: "x")
    try(model { validates :odd, inclusion: { in: [true, false] } }, odd: nil)
    try(model { validates :name, presence: true, allow_nil: true }, name: "")
    try(model { validates :name, presence: false, length: { maximum: 1 } }, name: "")
    try(model { validates :name, uniqueness: { conditions: -> { where(code: "x") } } }, name: "a")
  end

  def wrong
    [
      -> { model { validates :name } }, -> { model { validates presence: true } }, -> { model { validates :name, nonsense: true } },
      -> { model { validates :name, length: {} } }, -> { model { validates :name, length: { minimum: -1 } } },
      -> { model { validates :name, length: { in: 4 } } }, -> { model { validates :name, inclusion: 4 } },
      -> { model { validates :name, format: {} } }, -> { model { validates :name, format: { with: /a/, without: /b/ } } },
      -> { model { validates :name, format: { with: "a" } } }, -> { model { validates :name, format: /^a/ } },
      -> { model { validates :name, format: /a$/ } }, -> { model { validates :count, numericality: { equal_to: "a" } } },
      -> { model { validates :count, numericality: { in: 3 } } }, -> { model { validates :count, comparison: true } },
      -> { model { validates :name, uniqueness: { conditions: 3 } } }, -> { model { validates :name, uniqueness: { scope: { a: 1 } } } },
      -> { model { validate :name, presence: true } }, -> { model { validates_presence_of } },
      -> { model { validates_each { } } }, -> { ActiveModel::Validator.new.validate(nil) },
      -> { ActiveModel::EachValidator.new(attributes: [:a]).validate_each(nil, nil, nil) },
      -> { model { validates :name, presence: true, if: "a" } },
    ].each do |attempt|
      attempt.call
      say "fine"
    rescue ArgumentError, NotImplementedError => e
      say "#{e.class}: #{e.message}"
    end
  end
end
