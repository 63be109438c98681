# run: migrate
class Writer < ActiveRecord::Base
  has_many :posts
  has_many :popular_posts, -> { joins(:comments).where(comments: { liked: true }) }, class_name: "Post"
  has_many :raw_posts, -> { where("posts.title <> ''").where(draft: false) }, class_name: "Post"
  has_many :spoken_posts, -> { left_joins(:comments).where("comments.id IS NOT NULL") }, class_name: "Post"
  has_many :either_posts, -> { where(draft: false).or(where(title: "x")).where(title: %w[a b]).where.not(draft: nil) }, class_name: "Post"
  has_many :ranged_posts, -> { where(id: 1..5).where("1 = 1").where(title: "a".."c") }, class_name: "Post"
  has_many :comments, through: :posts
  has_many :likes, -> { where(liked: true) }, through: :posts, source: :comments
  has_many :late_comments, -> { order(id: :desc) }, through: :posts, source: :comments
  has_many :comments_on_popular, through: :popular_posts, source: :comments
  has_many :named_like, ->(writer) { where(title: writer.name) }, class_name: "Post"
end

class Post < ActiveRecord::Base
  belongs_to :writer
  has_many :comments
end

class Comment < ActiveRecord::Base
  belongs_to :post
end

class JoinedScopes < ActiveRecord::Migration[8.1]
  def up
    create_table(:writers) { |t| t.string :name }
    create_table(:posts) { |t| t.references :writer; t.string :title; t.boolean :draft, default: false }
    create_table(:comments) { |t| t.references :post; t.boolean :liked }
    w = %w[a b].map { |name| Writer.create!(name: name) }
    p1, p2, p3 = [[w[0], "a"], [w[0], "x"], [w[1], "b"]].map { |writer, title| writer.posts.create!(title: title) }
    [[p1, true], [p1, false], [p3, true]].each { |post, liked| post.comments.create!(liked: liked) }

    say w[0].popular_posts.map(&:title).inspect
    say w[0].spoken_posts.map(&:title).inspect
    say w[0].likes.map(&:id).inspect
    say w[0].comments_on_popular.map(&:id).inspect
    say Writer.joins(:popular_posts).order(:id).map(&:name).inspect
    say Writer.left_joins(:popular_posts).order(:id).distinct.map(&:name).inspect
    say Writer.joins(:raw_posts).order(:id).map(&:name).inspect
    say Writer.joins(:spoken_posts).order(:id).distinct.map(&:name).inspect
    say Writer.joins(:either_posts).order(:id).map(&:name).inspect
    say Writer.joins(:ranged_posts).order(:id).map(&:name).inspect
    say Writer.joins(:either_posts, :popular_posts).to_sql
    say Writer.joins(:popular_posts, :comments).to_sql
    say Writer.joins(:likes).order(:id).map(&:name).inspect
    say Writer.joins(:comments_on_popular).to_sql
    say Writer.eager_load(:popular_posts).order(:id).map { |one| one.popular_posts.map(&:title) }.inspect
    say Writer.preload(:popular_posts).order(:id).map { |one| one.popular_posts.map(&:title) }.inspect
    say Writer.preload(:likes).order(:id).map { |one| one.likes.map(&:id) }.inspect
    say Writer.preload(:late_comments).order(:id).map { |one| one.late_comments.map(&:id) }.inspect
    say Writer.preload(:posts, :comments).order(:id).map { |one| one.comments.map(&:id) }.inspect
    say Writer.preload(:named_like).order(:id).map { |one| one.named_like.map(&:title) }.inspect
    say Writer.where(comments: Comment.where(liked: true)).joins(:comments).distinct.order(:id).map(&:name).inspect
    say Writer.joins(:comments).where(comments: Comment.first).map(&:name).inspect
    say Writer.joins(:comments).where.not(comments: [1, 2]).map(&:name).inspect
  end
end
