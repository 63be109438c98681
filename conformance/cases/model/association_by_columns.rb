# run: migrate
class Currency < ActiveRecord::Base
  has_many :rates, -> { where(live: true) }, foreign_key: [:code, :year], primary_key: [:code, :year], dependent: :destroy
  has_many :all_rates, class_name: "Rate", foreign_key: [:code, :year], primary_key: [:code, :year], inverse_of: :currency
  has_one :note, foreign_key: [:code, :year], primary_key: [:code, :year], dependent: :nullify, autosave: true
  has_many :quotes, through: :all_rates
  has_many :remarks, as: :subject, primary_key: [:code, :year], foreign_key: [:subject_code, :subject_year]
  accepts_nested_attributes_for :all_rates, :note
end

class Rate < ActiveRecord::Base
  belongs_to :currency, foreign_key: [:code, :year], primary_key: [:code, :year]
  has_many :quotes
end

class Counted < ActiveRecord::Base
  self.table_name = "rates"
  belongs_to :currency, foreign_key: [:code, :year], primary_key: [:code, :year], counter_cache: :rates_count, touch: :rated_at
end

class Note < ActiveRecord::Base
  belongs_to :currency, foreign_key: %w[code year], primary_key: %w[code year]
end

class Quote < ActiveRecord::Base
  belongs_to :rate
  has_one :currency, through: :rate
end

class Remark < ActiveRecord::Base
  belongs_to :subject, polymorphic: true, primary_key: [:code, :year], foreign_key: [:subject_code, :subject_year]
end

class AssociationByColumns < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_tables
    building
    reading
    querying
    loading
    counting
    polymorphic
    ending
  end

  private

  def create_tables
    create_table :currencies do |t|
      t.string :code, limit: 3
      t.integer :year
      t.integer :rates_count, default: 0
      t.datetime :rated_at
    end
    create_table(:rates) { |t| t.string :code, limit: 3; t.integer :year; t.integer :value; t.boolean :live, default: true }
    create_table(:notes) { |t| t.string :code, limit: 3; t.integer :year; t.string :text }
    create_table(:quotes) { |t| t.bigint :rate_id; t.integer :n }
    create_table(:remarks) { |t| t.string :subject_type; t.string :subject_code; t.integer :subject_year; t.string :text }
  end

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message.lines.first.strip}"
  end

  def building
    euro = Currency.create!(code: "eur", year: 1)
    say euro.rates.create!(value: 1).attributes.except("id").inspect
    euro.rates.build(value: 2)
    euro.build_note(text: "n")
    euro.save!
    Currency.create!(code: "usd", year: 1, all_rates: [Rate.new(value: 3, live: false)], note: Note.new(text: "m"))
    rate = Rate.create!(value: 4, currency: Currency.new(code: "usd", year: 2))
    say [rate.code, rate.year].inspect
    euro.update!(all_rates_attributes: [{ value: 5, live: false }], note_attributes: { text: "o" })
    Quote.create!(rate: rate, n: 1)
    Quote.create!(rate: euro.rates.first, n: 2)
  end

  def reading
    euro = Currency.find_by!(code: "eur")
    say [euro.rates.map(&:value), euro.all_rates.size, euro.rate_ids.size, euro.note.text].inspect
    say [euro.rates.first.currency.id == euro.id, Quote.first.currency.code, euro.quotes.map(&:n)].inspect
    say [euro.rates.loaded?, euro.rates.exists?(value: 2), euro.all_rates.where(live: false).pluck(:value)].inspect
    euro.code = "xxx"
    say euro.rates.reload.size.inspect
    euro.restore_attributes
    say Rate.new.currency.inspect
    say Rate.new(code: "eur", year: 1).currency.id.inspect
    say Currency.new.rates.to_a.inspect
    attempt { Currency.new(code: "eur", year: 1).rates.map(&:value) }
    rate = Rate.new(code: "eur", year: 1)
    rate.currency
    rate.year = 9
    say rate.currency.inspect
  end

  def querying
    euro = Currency.find_by!(code: "eur")
    say Rate.where(currency: euro).order(:id).pluck(:value).inspect
    say Rate.where(currency: Currency.where(year: 1)).order(:id).pluck(:value).inspect
    say Rate.where(currency: nil).count.inspect
    attempt { Rate.where(currency: []).count }
    say Rate.where(currency: [euro, nil]).order(:id).pluck(:value).inspect
    say Rate.find_by(currency: euro).value.inspect
    say Rate.find_or_create_by!(currency: euro, value: 9, live: false).code.inspect
    say Currency.joins(:rates).order(:id).pluck(:value).sort.inspect
    say Currency.left_outer_joins(:note).where(notes: { id: nil }).pluck(:code).inspect
    say Currency.joins(:quotes).pluck(:n).sort.inspect
    say Quote.joins(:currency).order(:n).pluck("currencies.code").inspect
    say Rate.joins(:currency).where(currencies: { year: 2 }).pluck(:value).inspect
    attempt { Rate.group(:currency).count }
    say Currency.where.missing(:rates).pluck(:code).inspect
    say Rate.where.associated(:currency).count.inspect
    say Rate.joins(:currency).update_all(live: true).inspect if Rate.connection.adapter_name != "SQLite"
  end

  def loading
    Currency.includes(:rates, :note).order(:id).each { |one| say [one.code, one.year, one.rates.map(&:value).sort, one.note&.text].inspect }
    Currency.eager_load(:rates, :note).order(:id).each { |one| say [one.code, one.rates.size, one.note&.text].inspect }
    Rate.preload(:currency).order(:id).each { |rate| say [rate.value, rate.currency.code].inspect }
    Currency.preload(:quotes).order(:id).each { |one| say one.quotes.map(&:n).inspect }
    Quote.preload(:currency).order(:n).each { |quote| say quote.currency.code.inspect }
    Rate.eager_load(:currency).limit(1).each { |rate| say rate.currency.code.inspect }
    say Currency.eager_load(:rates).order(:id).limit(1).map(&:code).inspect
  end

  def counting
    usd = Currency.find_by!(code: "usd", year: 2)
    counted = Counted.create!(currency: usd, value: 7)
    say usd.reload.rates_count.inspect
    usd.update!(rates_count: 5)
    attempt { counted.reload.update!(currency: Currency.find_by!(code: "eur")); Currency.order(:id).pluck(:rates_count) }
    attempt { counted.destroy; Currency.order(:id).pluck(:rates_count) }
    attempt { Counted.create!(code: "eur", year: 1, value: 7) }
    attempt { Counted.last.destroy }
    attempt { Currency.reset_counters(usd.id, :all_rates) }
    say Currency.order(:id).pluck(:rates_count).inspect
  end

  def polymorphic
    euro = Currency.find_by!(code: "eur")
    attempt { euro.remarks.create!(text: "r").attributes.except("id") }
    attempt { Remark.create!(subject: euro, text: "s").attributes.except("id") }
    attempt { Remark.order(:id).map { |remark| remark.subject.code } }
    attempt { Remark.where(subject: euro).count }
    attempt { Remark.preload(:subject).map { |remark| remark.subject.code } }
    attempt { Currency.joins(:remarks).pluck(:text).sort }
    attempt { Currency.preload(:remarks).map { |one| one.remarks.size }.sort }
  end

  def ending
    euro = Currency.find_by!(code: "eur")
    attempt { euro.rates.delete(euro.rates.first); euro.rates.count }
    attempt { euro.all_rates.delete_all }
    euro.rates.create!(value: 8)
    euro.reload.destroy
    say [Rate.count, Note.order(:id).pluck(:code, :year)].inspect
    attempt { Currency.destroy_all.size }
    say Rate.count.inspect
  end
end
