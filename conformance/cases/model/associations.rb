# run: migrate
class Author < ActiveRecord::Base
  has_many :books, dependent: :destroy
  has_many :sorted_books, -> { order(:title) }, class_name: "Book"
  has_many :short_books, ->(author) { where(pages: ..100).where.not(title: author.name) }, class_name: "Book", foreign_key: :author_id
  has_one :profile, dependent: :nullify
  has_one :latest_book, -> { order(id: :desc) }, class_name: "Book"
  has_many :reviews, through: :books
  has_many :tags, through: :books
end

class Book < ActiveRecord::Base
  belongs_to :author, optional: true
  has_many :reviews, dependent: :delete_all
  has_many :taggings, as: :taggable, dependent: :destroy
  has_many :tags, through: :taggings
end

class Profile < ActiveRecord::Base
  belongs_to :author
end

class Review < ActiveRecord::Base
  belongs_to :book, required: true
end

class Tagging < ActiveRecord::Base
  belongs_to :taggable, polymorphic: true
  belongs_to :tag
end

class Tag < ActiveRecord::Base
  has_many :taggings
  has_many :books, through: :taggings, source: :taggable, source_type: "Book"
end

class Associations < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name }
    create_table(:books) { |t| t.references :author; t.string :title; t.integer :pages }
    create_table(:profiles) { |t| t.references :author; t.string :bio }
    create_table(:reviews) { |t| t.references :book; t.string :text }
    create_table(:taggings) { |t| t.references :taggable, polymorphic: true; t.references :tag }
    create_table(:tags) { |t| t.string :name }

    author = Author.create!(name: "A")
    author.books.create!(title: "two", pages: 50)
    book = author.books.build(title: "one")
    say [book.author.equal?(author), author.books.size, author.books.loaded?].inspect
    author.save!
    author.books << Book.new(title: "three", pages: 200)
    say author.books.map(&:title).inspect
    say author.sorted_books.map(&:title).inspect
    say author.short_books.to_a.map(&:title).inspect
    say author.latest_book.title
    say author.book_ids.inspect
    say author.books.where(pages: 50).first.title
    say author.books.find_by(title: "one").author.equal?(author).inspect
    say [author.books.exists?, author.books.empty?, author.books.any?, author.books.count].inspect
    author.create_profile!(bio: "x")
    author.build_profile(bio: "y")
    say author.profile.bio
    author.save!
    say Profile.order(:id).pluck(:author_id, :bio).inspect
    review = author.books.first.reviews.create!(text: "good")
    say review.book.author.name
    say author.reviews.to_a.map(&:text).inspect
    begin
      Review.create!(text: "lost")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    tag = Tag.create!(name: "ruby")
    first = Book.order(:id).first
    first.tags << tag
    first.tags.create!(name: "sql")
    say first.tags.order(:name).pluck(:name).inspect
    say first.taggings.reload.map { |tagging| [tagging.taggable_type, tagging.taggable.title] }.inspect
    say tag.books.map(&:title).inspect
    say author.tags.to_a.size.to_s
    first.tags.delete(tag)
    say first.tags.reload.map(&:name).inspect
    first.tag_ids = [tag.id]
    say first.tags.map(&:name).inspect
    author.books.delete(first)
    say Book.exists?(first.id).inspect
    other = Author.create!(name: "B", books: [Book.new(title: "b1"), Book.new(title: "b2")])
    say other.books.size.to_s
    other.books = [Book.find_by(title: "b1"), Book.new(title: "b3")]
    say other.reload.books.map(&:title).sort.inspect
    moved = other.books.first
    moved.author = author
    moved.save!
    say moved.author_id.to_s
    moved.author = nil
    say moved.author_id.inspect
    moved.update!(author: Author.new(name: "C"))
    say moved.author.name
    say moved.author_changed?.inspect
    author.destroy
    say [Book.count, Review.count, Tagging.count, Profile.where(author_id: nil).count].inspect
    begin
      author.books.create!(title: "no")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Author.new.books.create!(title: "no")
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    other.books.clear
    say other.books.to_a.inspect
    say Author.last.books.inspect
  end
end
