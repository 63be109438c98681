# run: migrate
class Money
  attr_reader :amount, :currency

  def self.of(text)
    new(*text.to_s.split(" ").then { |amount, currency| [amount.to_i, currency || "EUR"] })
  end

  def initialize(amount, currency = "EUR")
    @amount, @currency = amount, currency
  end

  def ==(other)
    other.is_a?(Money) && amount == other.amount && currency == other.currency
  end

  def to_s
    "#{amount} #{currency}"
  end
end

class Celsius
  attr_reader :degrees

  def initialize(degrees)
    @degrees = degrees
  end
end

class Address
  attr_reader :street, :city

  def initialize(street, city)
    @street, @city = street, city
  end
end

class Shop < ActiveRecord::Base
  composed_of :balance, class_name: "Money", mapping: [%w[amount amount], %w[currency currency]], converter: :of
  composed_of :celsius, mapping: %w[temperature degrees], allow_nil: true, converter: ->(value) { Celsius.new(value.to_i) }
  composed_of :address, mapping: { street: :street, city: :city }, allow_nil: true
  composed_of :fee, class_name: "Money", mapping: %w[fee_amount amount], constructor: ->(amount) { Money.new(amount || 0, "USD") }
end

class Aggregations < ActiveRecord::Migration[8.1]
  def up
    create_table(:shops) { |t| t.integer :amount, :temperature, :fee_amount; t.string :currency, :street, :city }
    shop = Shop.create!(balance: Money.new(5, "EUR"), address: Address.new("High St", "York"))
    say shop.attributes.inspect
    say shop.balance.to_s
    say [shop.balance.frozen?, shop.balance.equal?(shop.balance), shop.celsius, shop.fee.to_s].inspect
    shop.balance = "7 USD"
    shop.celsius = 20
    say [shop.changed, shop.celsius.degrees].inspect
    shop.save!
    shop.address = nil
    say [shop.address, shop.street].inspect
    say shop.reload.address.city
    shop.update!(amount: 8)
    say [shop.balance.amount, shop.reload.balance.amount].inspect
    say Shop.where(balance: Money.new(8, "USD")).count
    say Shop.where(balance: [Money.new(8, "USD"), Money.new(9, "EUR")]).count
    say Shop.where(celsius: Celsius.new(20)).count
    say Shop.where(celsius: [Celsius.new(20), Celsius.new(21)]).to_sql
    say Shop.where(celsius: 20).to_sql
    say Shop.where(balance: nil).to_sql
    say Shop.where.not(address: Address.new("a", "b")).to_sql
    say Shop.find_by(balance: Money.new(8, "USD")).id
    say Shop.where(balance: Money.new(1, "CHF")).new.attributes.inspect
    copy = shop.dup
    copy.balance = Money.new(1)
    say [shop.balance.to_s, copy.balance.to_s].inspect
    say Shop.reflect_on_aggregation(:balance).options.keys.inspect
    say Shop.reflect_on_all_aggregations.map(&:name).inspect
    begin
      Shop.composed_of(:other, klass: "Money")
    rescue ArgumentError => error
      say error.message
    end
  end
end
