# run: migrate
class Author < ActiveRecord::Base
  has_many :books
  belongs_to :boss, class_name: "Author", optional: true
end

class Book < ActiveRecord::Base
  belongs_to :author
  belongs_to :writer, class_name: "Author", foreign_key: :author_id
  enum :status, { proposed: 0, printed: 2 }
end

class JoinedTypes < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name; t.integer :boss_id; t.datetime :born, precision: 6 }
    create_table(:books) { |t| t.integer :author_id; t.integer :status; t.datetime :at, precision: 6; t.date :more; t.decimal :price, precision: 8, scale: 2 }
    create_table(:loans) { |t| t.integer :book_id; t.datetime :taken, precision: 6; t.boolean :late }
    boss = Author.create!(name: "b", born: Time.utc(1950, 5, 6, 7))
    author = Author.create!(name: "a", boss: boss, born: Time.utc(1980, 1, 2, 3, 4, 5.25r))
    book = author.books.create!(status: :printed, at: Time.utc(2020, 2, 3, 4, 5, 6.5r), more: Date.new(2020, 1, 2), price: "2.50")
    execute "INSERT INTO loans (book_id, taken, late) VALUES (#{book.id}, '2021-01-02 03:04:05', #{connection.quoted_true})"

    say Author.joins(:books).pluck(:status).inspect
    say Author.joins(:books).pluck("status").inspect
    say Author.joins(:books).pluck(:at).inspect
    say Author.joins(:books).pluck(:more, :name).inspect
    say Author.joins(:books).pluck("books.status", "books.at AS moment").inspect
    say Author.left_joins(:books).order(:id).pluck(:status).inspect
    say Author.joins(:books).maximum(:at).inspect
    say Author.joins(:books).minimum("books.at").inspect
    say Author.joins(:books).group(:name).maximum(:at).inspect
    say Author.joins(:books).maximum(:status).inspect
    say Author.joins(:books).sum(:price).inspect
    say Author.joins(:books).average(:price).inspect
    say Author.eager_load(:books).order(:id).pluck(:status).inspect
    say Author.joins("INNER JOIN books ON books.author_id = authors.id").pluck("books.status").inspect
    say Book.joins("INNER JOIN loans ON loans.book_id = books.id").pluck("loans.taken", "loans.late").inspect
    say Book.joins(:writer).pluck(:id, writer: :born).inspect
    say Book.joins(:writer).pluck(:id, writer: [:name, :born]).inspect
    say Book.joins(:writer).pluck(:"writer.name").inspect
    say Book.includes(:writer).order(:id).pluck(:id, writer: :name).inspect
    say Book.joins(:writer).maximum("writer.born").inspect
    say Book.joins(:writer).group("writer.name").count.inspect rescue say $!.class.name
    say Author.joins(:boss).pluck(:name, boss: :name).inspect
    say Author.joins(:boss).maximum("boss.born").inspect
  end
end
