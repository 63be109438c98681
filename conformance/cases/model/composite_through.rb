# run: migrate
class Writer < ActiveRecord::Base
  has_many :credits, foreign_key: [:country, :writer_number], dependent: :destroy
  has_many :books, through: :credits
  has_one :contract, foreign_key: [:country, :writer_number], autosave: true
  has_one :agency, through: :contract
  has_many :chapters, through: :books
end

class Credit < ActiveRecord::Base
  belongs_to :writer, foreign_key: [:country, :writer_number]
  belongs_to :book, foreign_key: [:shelf, :book_number]
end

class Book < ActiveRecord::Base
  has_many :credits, foreign_key: [:shelf, :book_number]
  has_many :writers, through: :credits
  has_many :chapters, foreign_key: [:shelf, :book_number], inverse_of: :book
  accepts_nested_attributes_for :chapters
end

class Chapter < ActiveRecord::Base
  belongs_to :book, foreign_key: [:shelf, :book_number], inverse_of: :chapters, touch: true, counter_cache: true
  has_one :first_writer, through: :book, source: :writers
end

class Contract < ActiveRecord::Base
  belongs_to :writer, foreign_key: [:country, :writer_number]
  belongs_to :agency
end

class Agency < ActiveRecord::Base
end

class CompositeThrough < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_tables
    building
    reading
    joining
    changing
    nesting
    ending
  end

  private

  def create_tables
    create_table(:writers, primary_key: [:country, :number]) { |t| t.string :country, limit: 2; t.integer :number; t.string :name }
    create_table :books, primary_key: [:shelf, :number] do |t|
      t.integer :shelf
      t.integer :number
      t.string :title
      t.integer :chapters_count, default: 0
    end
    create_table(:credits) { |t| t.string :country, limit: 2; t.integer :writer_number; t.integer :shelf; t.integer :book_number }
    create_table(:chapters) { |t| t.integer :shelf; t.integer :book_number; t.string :title }
    create_table(:contracts) { |t| t.string :country, limit: 2; t.integer :writer_number; t.bigint :agency_id; t.string :text }
    create_table(:agencies) { |t| t.string :name }
  end

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message}"
  end

  def building
    writer = Writer.create!(id: ["fr", 1], name: "a")
    writer.books << Book.new(id: [1, 1], title: "x")
    attempt { writer.books.create!(id: [1, 2], title: "y").id }
    attempt { writer.books.build(id: [1, 3], title: "z").save! }
    other = Writer.new(id: ["fr", 2], name: "b", books: [Book.new(id: [2, 1], title: "u")])
    attempt { other.save! }
    Writer.create!(id: ["de", 1], name: "c", contract: Contract.new(text: "t", agency: Agency.new(name: "g")))
    say Credit.order(:id).map { |c| c.attributes.except("id").values }.inspect
  end

  def reading
    writer = Writer.find(["fr", 1])
    say writer.books.order(:shelf, :number).map(&:title).inspect
    say [writer.books.size, writer.books.count, writer.book_ids.sort].inspect
    say [writer.books.exists?(shelf: 1, number: 1), writer.books.include?(Book.find([1, 1]))].inspect
    say writer.books.find([1, 1]).title.inspect
    say Book.find([1, 1]).writers.map(&:name).inspect
    say Writer.find(["de", 1]).agency.name.inspect
    say Writer.first.agency.inspect
    attempt { Writer.order(:name).map { |w| w.books.first&.title } }
  end

  def joining
    say Writer.joins(:books).order(:name).pluck(:name, "books.title").sort.inspect
    say Writer.left_outer_joins(:books).where(books: { shelf: nil }).pluck(:name).inspect
    say Writer.joins(:agency).pluck(:name).inspect
    say Book.joins(credits: :writer).where(writers: { name: "a" }).distinct.count(:title).inspect
    Writer.preload(:books).order(:name).each { |w| say [w.name, w.books.map(&:title).sort].inspect }
    Writer.eager_load(:books).order(:name).each { |w| say [w.name, w.books.map(&:title).sort].inspect }
    Writer.includes(:agency, :contract).order(:name).each { |w| say [w.name, w.agency&.name, w.contract&.text].inspect }
    say Writer.includes(books: :writers).order(:name).map { |w| w.books.flat_map { |b| b.writers.map(&:name) } }.inspect
    attempt { Credit.group(:writer).count }
    attempt { Contract.where(writer: Writer.where(name: "c")).pluck(:text) }
    attempt { Writer.where(contract: Contract.first).to_a.size }
    say Writer.where(credits: Credit.where(shelf: 1)).joins(:credits).distinct.pluck(:name).inspect rescue say($!.class.name)
  end

  def changing
    writer = Writer.find(["fr", 1])
    attempt { writer.books.delete(Book.find([1, 1])); Credit.count }
    attempt { writer.books = [Book.find([2, 1])]; writer.reload.books.map(&:title) }
    attempt { writer.book_ids = [[1, 1], [2, 1]]; writer.reload.book_ids.sort }
    attempt { writer.books.destroy(Book.find([2, 1])); Credit.count }
    attempt { writer.books.clear; Credit.count }
    writer = Writer.find(["de", 1])
    writer.contract.text = "changed"
    writer.save!
    say Contract.first.text.inspect
    writer.update!(name: "cc", contract: Contract.new(text: "new"))
    say Contract.order(:id).pluck(:country, :writer_number, :text).inspect
    attempt { writer.agency = Agency.new(name: "h"); writer.reload.agency.name }
  end

  def nesting
    book = Book.find([2, 1])
    book.update!(chapters_attributes: [{ title: "one" }, { title: "two" }])
    say book.chapters.map { |c| [c.shelf, c.book_number, c.title] }.sort_by(&:last).inspect
    say book.reload.chapters_count.inspect
    chapter = book.chapters.first
    chapter.update!(title: "uno")
    attempt { chapter.update!(book: Book.find([1, 1])); Book.order(:shelf, :number).pluck(:chapters_count) }
    attempt { Chapter.last.destroy; Book.order(:shelf, :number).pluck(:chapters_count) }
    attempt { Chapter.find(chapter.id).destroy; Book.order(:shelf, :number).pluck(:chapters_count) }
    attempt { Writer.find(["fr", 2]).chapters.map(&:title) }
    attempt { Writer.joins(:chapters).count }
    attempt { Book.reset_counters([2, 1], :chapters) }
  end

  def ending
    Writer.find(["fr", 2]).destroy
    say [Credit.count, Book.count].inspect
    attempt { Writer.destroy_all.size }
  end
end
