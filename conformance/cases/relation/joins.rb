# run: migrate
class Joins < ActiveRecord::Migration[8.1]
  class Author < ActiveRecord::Base
    has_many :books, class_name: "Joins::Book"
    has_many :reviews, through: :books
    has_many :reviewers, through: :reviews, source: :author
    belongs_to :mentor, class_name: "Joins::Author", optional: true
    has_many :pupils, class_name: "Joins::Author", foreign_key: :mentor_id
    has_one :first_book, -> { where(position: 1) }, class_name: "Joins::Book"
    has_many :notes, as: :notable, class_name: "Joins::Note"
  end

  class Book < ActiveRecord::Base
    belongs_to :author, class_name: "Joins::Author"
    has_many :reviews, class_name: "Joins::Review"
    has_many :notes, as: :notable, class_name: "Joins::Note"
    default_scope { where(hidden: false) }
  end

  class Review < ActiveRecord::Base
    belongs_to :book, class_name: "Joins::Book"
    belongs_to :author, class_name: "Joins::Author"
  end

  class Note < ActiveRecord::Base
    belongs_to :notable, polymorphic: true
  end

  def up
    create_table :authors do |t|
      t.string :name
      t.integer :mentor_id
    end
    create_table :books do |t|
      t.integer :author_id
      t.string :title
      t.integer :position
      t.boolean :hidden, default: false
    end
    create_table :reviews do |t|
      t.integer :book_id
      t.integer :author_id
      t.integer :stars
    end
    create_table :notes do |t|
      t.string :notable_type
      t.integer :notable_id
      t.string :text
    end
    ann = Author.create!(name: "ann")
    bob = Author.create!(name: "bob", mentor_id: ann.id)
    Author.create!(name: "cat")
    one = Book.create!(author_id: ann.id, title: "one", position: 1)
    Book.create!(author_id: ann.id, title: "two", position: 2)
    Review.create!(book_id: one.id, author_id: bob.id, stars: 5)
    Note.create!(notable_type: "Joins::Book", notable_id: one.id, text: "n")

    say Author.joins(:books).to_sql
    say Author.joins(:books).order(:id).pluck(:name).inspect
    say Author.left_joins(:books).order("authors.id, books.id").pluck(:name, :title).inspect
    say Author.left_outer_joins(:books, :reviews).to_sql
    say Author.joins(:reviews).pluck(:name).inspect
    say Author.joins(:reviewers).to_sql
    say Author.joins(:reviewers).pluck("authors.name").inspect
    say Author.joins(books: :reviews).distinct.pluck(:name).inspect
    say Author.joins(books: [:reviews, :notes]).to_sql
    say Author.joins(:mentor).to_sql
    say Author.joins(:mentor).pluck("mentors_authors.name").inspect
    say Author.joins(:pupils, :mentor).to_sql
    say Author.joins(mentor: :mentor).to_sql
    say Author.joins(:first_book).to_sql
    say Author.joins(:notes).to_sql
    say Book.joins(:notes, :author).pluck(:title, "authors.name", "notes.text").inspect
    say Author.joins("INNER JOIN books ON books.author_id = authors.id").joins(:reviews).to_sql
    say Author.joins(:books).where(books: { title: "one" }).pluck(:name).inspect
    say Author.joins(:books).where("books.position" => 1..2).distinct.count.to_s
    say Author.joins(:books).merge(Book.where(title: "two")).pluck(:title).inspect
    say Author.joins(:books).merge(Book.joins(:reviews).where(reviews: { stars: 5 })).to_sql
    say Author.where.missing(:books).order(:id).pluck(:name).inspect
    say Author.where.associated(:books).distinct.order(:id).pluck(:name).inspect
    say Book.where(author: ann).order(:id).pluck(:title).inspect
    say Book.where(author: Author.where(name: "ann")).to_sql
    say Book.where(author: [ann, bob]).to_sql
    say Author.where(books: one).to_sql
    say Note.where(notable: one).to_sql
    say Note.where(notable: [one, ann]).to_sql
    say Author.joins(:books).group(:name).count.inspect
    say Book.group(:author).count.map { |author, count| [author.name, count] }.inspect
    say Author.joins(:books).where(books: { title: "one" }).update_all(name: "ANN").to_s
    say Author.joins(:books).order(:id).limit(1).update_all(name: "Ann").to_s
    say Author.left_joins(:books).where(books: { id: nil }).delete_all.to_s
    say Author.order(:id).pluck(:name).inspect
    say Author.joins(:books).exists?(name: "Ann").to_s
    say Author.joins(:books).maximum("books.position").inspect
    say Author.joins(:books).sum("books.position").to_s
    Author.joins(:nothing).to_a
  end
end
