# run: migrate
class Author < ActiveRecord::Base
  has_many :books
end

class Book < ActiveRecord::Base
  attr_readonly :isbn
  alias_attribute :name, :title
end

class LateBook < Book
  attr_readonly :pages
end

class RowsBesideRecords < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name }
    create_table(:books) { |t| t.integer :author_id; t.string :title; t.string :isbn; t.integer :pages }
    author = Author.create!(name: "a")
    author.books.insert({ title: "first" })
    say author.books.map(&:title).inspect
    author.books.insert_all([{ title: "second" }])
    say author.books.loaded?.inspect
    author.books.reset
    author.books.build(title: "not saved")
    ActiveRecord.deprecator.silence { author.books.insert_all!([{ title: "third" }]) }
    say author.books.target.map(&:title).inspect
    author.books.load
    say [author.books.pluck(:title), author.books.pluck("title"), author.books.pluck(:name)].map(&:sort).inspect
    book = Book.create!(title: "t", isbn: "1", pages: 1)
    Book.upsert_all([{ id: book.id, title: "u", isbn: "2", pages: 2 }])
    say book.reload.attributes.values_at("title", "isbn", "pages").inspect
    LateBook.upsert({ id: book.id, title: "v", isbn: "3", pages: 3 })
    say book.reload.attributes.values_at("title", "isbn", "pages").inspect
    Book.upsert_all([{ id: book.id, isbn: "4" }], update_only: :isbn)
    say book.reload.isbn
  end
end
