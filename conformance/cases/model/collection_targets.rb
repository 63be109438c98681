# run: migrate
# What a collection makes by way of a relation is among its records.
class CollectionTargets < ActiveRecord::Migration[8.1]
  class Author < ActiveRecord::Base; has_many :books; end
  class Book < ActiveRecord::Base; belongs_to :author; end
  def up
    create_table(:authors) { |t| t.string :name }
    create_table(:books) { |t| t.references :author; t.string :name }
    a = Author.create!(name: "a"); 3.times { |i| a.books.create!(name: "b#{i}") }
    a = Author.find(a.id)
    say a.books.to_a.size
    a.books.build(name: "x")
    say [a.books.size, a.books.target.size].inspect
    a.books.find_or_create_by!(name: "foc")
    say [a.books.size, a.books.target.map(&:name)].inspect
    a.books.where(name: "w").first_or_create!
    say [a.books.size, a.books.target.map(&:name), a.book_ids].inspect
    a.books.where(name: "w2").create!
    a.books.create_with(name: "cw").find_or_create_by(name: "cw2")
    say [a.books.size, a.books.target.map(&:name), a.book_ids].inspect
    a.books.find_or_initialize_by(name: "foi")
    a.books.where(name: "n").new
    say [a.books.size, a.books.target.map(&:name), a.book_ids].inspect
    a.save!
    say [a.books.size, a.books.count].inspect
  end
end
