# run: migrate
class Author < ActiveRecord::Base
  has_many :books, dependent: :destroy
  before_save { self.name = name.strip }
end

class Book < ActiveRecord::Base
  belongs_to :author
  default_scope { order(:title) }
end

class Library < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name; t.integer :books_count, default: 0 }
    create_table(:books) { |t| t.references :author; t.string :title }
    author = Author.create!(name: " A ")
    author.books.create!(title: "two")
    author.books << Book.new(title: "one")
    say author.reload.name
    say author.books.pluck(:title).inspect
    say Book.unscoped.count.inspect
    Author.includes(:books).each { |a| say a.books.size.inspect }
    author.destroy
    say Book.count.inspect
  end
end
