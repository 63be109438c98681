# run: migrate
class Writer < ActiveRecord::Base
  has_many :books
  has_one :desk
end

class Book < ActiveRecord::Base
  belongs_to :writer, inverse_of: :books
  has_many :pages
end

class Page < ActiveRecord::Base
  belongs_to :book, inverse_of: :pages
end

class Desk < ActiveRecord::Base
  belongs_to :writer
end

class Journal < ActiveRecord::Base
  self.table_name = "books"
  has_many :marks, -> { order(:id) }
  has_many :marks_of_all, class_name: "Mark", foreign_key: :journal_id
end

class Mark < ActiveRecord::Base
  self.table_name = "pages"
  belongs_to :journal
end

class Inversing < ActiveRecord::Migration[8.1]
  def tell(label)
    say "#{label}: #{yield.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 120]}"
  end

  def up
    create_table(:writers) { |t| t.string :s }
    create_table(:books) { |t| t.integer :writer_id; t.string :s }
    create_table(:pages) { |t| t.integer :book_id; t.integer :journal_id; t.string :s }
    create_table(:desks) { |t| t.integer :writer_id }
    tell("bare") { [ActiveRecord::Base.has_many_inversing, Book.automatic_scope_inversing, Book.automatically_invert_plural_associations] }
    tell("none is told") { writer = Writer.new; Book.new(writer: writer); writer.books.size }
    Book.has_many_inversing = true
    tell("set") { [Book.has_many_inversing, Writer.has_many_inversing, Page.has_many_inversing] }
    tell("told") { writer = Writer.new(s: "w"); Book.new(writer: writer, s: "b"); writer.books.map(&:s) }
    tell("told once") { writer = Writer.new(s: "w"); book = Book.new(writer: writer); book.writer = writer; writer.books.size }
    tell("saved with the owner") do
      writer = Writer.new(s: "w")
      Book.new(writer: writer, s: "b")
      writer.save!
      [Book.pluck(:s), writer.books.size]
    end
    tell("taken away") { writer = Writer.new(s: "w"); book = Book.new(writer: writer); book.writer = nil; writer.books.size }
    tell("moved") do
      one, two = Writer.create!(s: "1"), Writer.create!(s: "2")
      book = Book.create!(writer: one)
      book.writer = two
      [one.books.map(&:id).size, two.books.size]
    end
    tell("one desk") { writer = Writer.new; desk = Desk.new(writer: writer); writer.desk.equal?(desk) }
    ActiveRecord::Base.has_many_inversing = true
    tell("of all") { book = Book.new; Page.new(book: book, s: "p"); book.pages.map(&:s) }
    tell("of all, loaded") { book = Book.create!; page = Page.create!(book: book); book.pages.reload; page.reload.book = book; book.pages.size }
    ActiveRecord::Base.has_many_inversing = false
    journal = Journal.create!(s: "j")
    Mark.create!(journal: journal, s: "m")
    tell("scoped") { Journal.reflect_on_association(:marks).inverse_of&.name }
    tell("scoped, told") { found = Journal.find(journal.id); found.marks.first.journal.equal?(found) }
    Mark.automatic_scope_inversing = true
    tell("still known") { Journal.reflect_on_association(:marks).inverse_of&.name }
    Journal.has_many :marks, -> { order(:id) }
    tell("anew") { Journal.reflect_on_association(:marks).inverse_of&.name }
    tell("told then") { found = Journal.find(journal.id); found.marks.first.journal.equal?(found) }
    tell("with a foreign key") { Journal.reflect_on_association(:marks_of_all).inverse_of&.name }
    tell("plural") { [Mark, Desk].map { |model| model.reflect_on_all_associations.map { |one| one.inverse_of&.name } } }
    Desk.automatically_invert_plural_associations = true
    Page.automatically_invert_plural_associations = true
    Page.belongs_to :book
    tell("plural inverse") { Page.reflect_on_association(:book).inverse_of&.name }
    tell("plural inverse without has_many_inversing") { book = Book.new; Page.new(book: book); book.pages.size }
    Page.has_many_inversing = true
    tell("plural inverse with has_many_inversing") { book = Book.new; Page.new(book: book); book.pages.size }
  end
end
