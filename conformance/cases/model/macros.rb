# run: migrate
module Nameable
  def self.included(base)
    base.class_eval do
      scope :named, ->(name) { where(name: name) }
      before_save { self.name = name&.strip }
    end
  end
end

module Sluggable
  extend ActiveSupport::Concern

  included do
    validates :slug, uniqueness: true, allow_nil: true
    before_validation :make_slug, on: :create
  end

  def make_slug
    self.slug ||= name.to_s.parameterize
  end

  class_methods do
    def by_slug(slug) = find_by!(slug: slug)
  end
end

class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
  self.table_name_prefix = "app_"
end

class Macros < ActiveRecord::Migration[8.1]
  class Page < ApplicationRecord
    include Nameable
    include Sluggable
    has_secure_token
    has_secure_token :api_key, length: 36
    normalizes :email, with: ->(email) { email.strip.downcase }
    default_scope { where(hidden: false) }
    scope :recent, -> { order(created_at: :desc) }
    delegate :length, to: :name, prefix: true
    self.ignored_columns = %w[legacy]

    def self.generate_unique_secure_token(length: 24) = "t" * length

    def self.titled(text) = where("name LIKE ?", "%#{text}%")
  end

  def up
    create_table(:app_pages) { |t| t.string :name, :slug, :token, :api_key, :email, :legacy; t.boolean :hidden, default: false; t.datetime :created_at }
    page = Page.create!(name: " Hello World ", email: " A@B.c ")
    say [page.name, page.slug, page.token.length, page.api_key.length, page.email, page.name_length].inspect
    say Page.where(email: "A@b.C ").count.to_s
    say Page.named("Hello World").titled("World").recent.first.slug
    say Page.by_slug("-hello-world-").id.to_s rescue say("none")
    say Page.create(name: "Hello World", slug: page.slug).errors.full_messages.inspect
    say Page.new.hidden.inspect
    say Page.unscoped.where(hidden: true).new.hidden.inspect
    say Page.column_names.inspect
    Page.where(name: "found").first_or_create!(email: "x@y.z")
    say page.as_json.keys.inspect
    page.regenerate_token
    Page.reset_column_information
    add_column :app_pages, :extra, :integer
    Page.reset_column_information
    Page.first.update!(extra: 3)
    say Page.pluck(:extra).inspect
    say Page.normalize_value_for(:email, " X ").inspect
  end
end
