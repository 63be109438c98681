# run: migrate
class Post < ActiveRecord::Base
  enum :status, { draft: 0, published: 1, archived: 5 }, default: :draft
  enum :kind, [:note, :page], prefix: true
  enum :size, %w[small large], suffix: :sized, scopes: false
  enum :color, { red: "r", blue: "b" }, validate: { allow_nil: true }
  enum :level, low: 0, high: 1
end

class Enums < ActiveRecord::Migration[8.1]
  def up
    create_table(:posts) { |t| t.integer :status, :kind, :size, :level; t.string :color }
    post = Post.create!(kind: :page, size: "large", color: "red")
    say post.inspect
    say [post.draft?, post.published?, post.kind_page?, post.large_sized?].inspect
    post.published!
    say [post.status, post.status_before_type_cast, post.status_for_database].inspect
    say Post.statuses.inspect
    say Post.published.to_sql
    say Post.not_published.count.to_s
    say Post.kind_page.where(status: [:draft, "published"]).count.to_s
    say Post.where(status: 1).pluck(:status).inspect
    say Post.respond_to?(:small_sized).inspect
    say Post.new(color: "green").valid?.inspect
    say Post.new(color: "green").tap(&:valid?).errors.full_messages.inspect
    begin
      post.status = "other"
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    post.status = nil
    post.save!
    say Post.where(status: nil).count.to_s
    post.update!(status: 5)
    say post.archived?.inspect
    say Post.high.exists?.inspect
    say Post.group(:color).count.inspect
    begin
      Post.enum :other, { a: 1 }, _prefix: true
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Post.enum status: { a: 1 }
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Post.enum :bad, [:all]
    rescue => e
      say "#{e.class}: #{e.message}"
    end
  end
end
