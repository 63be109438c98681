# run: migrate
class Author < ActiveRecord::Base
  has_many :posts
  has_many :comments, through: :posts, disable_joins: true
  has_many :good_comments, -> { where(good: true).order(:text) }, through: :posts, source: :comments, disable_joins: true
  has_many :newest, -> { order(title: :desc) }, class_name: "Post"
  has_many :comments_of_newest, through: :newest, source: :comments, disable_joins: true
  has_many :ratings, through: :comments, disable_joins: true
  has_many :joined_comments, through: :posts, source: :comments
  has_one :profile
  has_one :picture, through: :profile, disable_joins: true
end

class Post < ActiveRecord::Base
  belongs_to :author
  has_many :comments
end

class Comment < ActiveRecord::Base
  belongs_to :post
  has_many :ratings
  scope :short, -> { where("length(text) < 3") }
end

class Rating < ActiveRecord::Base
  belongs_to :comment
end

class Profile < ActiveRecord::Base
  belongs_to :author
  has_one :picture
end

class Picture < ActiveRecord::Base
  belongs_to :profile
end

class DisableJoins < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name }
    create_table(:posts) { |t| t.integer :author_id; t.string :title }
    create_table(:comments) { |t| t.integer :post_id; t.string :text; t.boolean :good, default: false }
    create_table(:ratings) { |t| t.integer :comment_id; t.integer :value }
    create_table(:profiles) { |t| t.integer :author_id }
    create_table(:pictures) { |t| t.integer :profile_id; t.string :url }
    author = Author.create!(name: "a")
    one = author.posts.create!(title: "one")
    two = author.posts.create!(title: "two")
    first = one.comments.create!(text: "b", good: true)
    one.comments.create!(text: "long text")
    two.comments.create!(text: "a", good: true)
    first.ratings.create!(value: 5)
    Author.create!(name: "nobody")
    author.create_profile!.create_picture!(url: "u")

    say author.comments.count.inspect
    say author.comments.pluck(:text).sort.inspect
    say author.comments.map(&:text).sort.inspect
    say author.comments.loaded?.inspect
    author.reload
    say author.comments.first.text
    say author.comments.where(good: true).order(:text).pluck(:text).inspect
    say author.comments.short.count.inspect
    say author.comments.exists?(text: "a").inspect
    say author.comments.empty?.inspect
    say author.comments.size.inspect
    say author.comments.ids.sort.inspect
    say author.comments.find(first.id).text
    say author.comments.find_by(text: "a").text
    say author.comments.include?(first).inspect
    say author.good_comments.map(&:text).inspect
    say author.good_comments.reorder(id: :desc).map(&:text).inspect
    say author.good_comments.limit(1).map(&:text).inspect
    say author.comments_of_newest.to_a.map(&:text).inspect
    say author.comments_of_newest.where(good: true).to_a.map(&:text).inspect
    say author.comments_of_newest.short.limit(1).map(&:text).inspect
    say author.comments_of_newest.short.limit(1).class.inspect
    say author.comments_of_newest.short.first.text
    say author.comments_of_newest.where(good: true).is_a?(ActiveRecord::Relation).inspect
    say author.comments_of_newest.count.inspect
    say author.ratings.pluck(:value).inspect
    say author.ratings.sum(:value).inspect
    say author.picture.url
    say Author.last.picture.inspect
    say Author.last.comments.to_a.inspect
    say Author.new.comments.to_a.inspect
    say Comment.where(id: author.comments).pluck(:text).sort.inspect
    say Comment.where(good: true).merge(author.comments).pluck(:text).sort.inspect
    say Author.preload(:comments, :picture).map { |each| [each.comments.size, each.picture&.url] }.inspect
    say Author.joins(:comments).distinct.pluck(:name).inspect
    say Author.includes(:good_comments).map { |each| each.good_comments.map(&:text) }.inspect
    say author.comments.update_all(text: "x").inspect
    say author.comments.delete_all.inspect rescue say $!.class.name
    say author.reload.comments.count.inspect
    author.comments.create!(text: "n") rescue say $!.class.name
    author.comments << Comment.new rescue say $!.class.name
    begin
      Author.has_many :jobs, dependent: :destroy_async, ensuring_owner_was: :x
    rescue NameError => e
      say e.class.name
    end
    begin
      Author.has_many :jobs, ensuring_owner_was: :x
    rescue ArgumentError => e
      say e.message
    end
  end
end
