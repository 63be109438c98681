# run: migrate
class Book < ActiveRecord::Base
  alias_attribute :name, :title
end

class IgnoredOrder < ActiveRecord::Migration[8.1]
  def try
    yield.inspect
  rescue ArgumentError => e
    e.message
  end

  def up
    create_table(:books) { |t| t.string :title; t.timestamps }
    Book.create!(title: "b", created_at: Time.utc(2024), updated_at: Time.utc(2024))
    Book.create!(title: "a", created_at: Time.utc(2024), updated_at: Time.utc(2024))
    say ActiveRecord.error_on_ignored_order.inspect
    say try { Book.order(:title).find_each.map(&:title) }
    ActiveRecord.error_on_ignored_order = true
    say try { Book.order(:title).find_each.map(&:title) }
    say try { Book.order(:title).in_batches }
    say try { Book.order(:title).in_batches(error_on_ignore: false).count }
    say try { Book.order(:title).find_each(error_on_ignore: false).map(&:title) }
    say try { Book.find_each.map(&:title) }
    ActiveRecord.error_on_ignored_order = false
    say try { Book.order(:title).find_in_batches(error_on_ignore: true).to_a }
    Book.columns
    say Book.attribute_aliases.inspect
    say [Book.attribute_alias?(:name), Book.attribute_alias("name"), Book.attribute_alias?("title")].inspect
  end
end
