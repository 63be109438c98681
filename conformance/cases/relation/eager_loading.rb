# run: migrate
class Loading < ActiveRecord::Migration[8.1]
  class Author < ActiveRecord::Base
    has_many :books, -> { order(:title) }, class_name: "Loading::Book"
    has_many :plain_books, class_name: "Loading::Book"
    has_many :reviews, through: :plain_books
    has_one :profile, class_name: "Loading::Profile"
  end

  class Book < ActiveRecord::Base
    belongs_to :author, class_name: "Loading::Author"
    has_many :reviews, class_name: "Loading::Review"
    has_many :notes, as: :notable, class_name: "Loading::Note"
  end

  class Review < ActiveRecord::Base
    belongs_to :book, class_name: "Loading::Book"
  end

  class Profile < ActiveRecord::Base
    belongs_to :author, class_name: "Loading::Author"
  end

  class Note < ActiveRecord::Base
    belongs_to :notable, polymorphic: true
  end

  def up
    create_table(:authors) { |t| t.string :name }
    create_table :books do |t|
      t.integer :author_id
      t.string :title
    end
    create_table :reviews do |t|
      t.integer :book_id
      t.integer :stars
    end
    create_table :profiles do |t|
      t.integer :author_id
      t.string :text
    end
    create_table :notes do |t|
      t.string :notable_type
      t.integer :notable_id
    end
    ann = Author.create!(name: "ann")
    bob = Author.create!(name: "bob")
    one = Book.create!(author_id: ann.id, title: "one")
    two = Book.create!(author_id: ann.id, title: "two")
    Book.create!(title: "lost")
    Review.create!(book_id: one.id, stars: 5)
    Review.create!(book_id: one.id, stars: 4)
    Profile.create!(author_id: bob.id, text: "p")
    Note.create!(notable_type: "Loading::Book", notable_id: two.id)

    Author.preload(:books).order(:id).each { |author| say "#{author.name}: #{author.books.map(&:title).join(" ")}" }
    Author.includes(:profile, books: :reviews).order(:id).each do |author|
      say "#{author.profile&.text} #{author.books.map { |book| book.reviews.map(&:stars) }.inspect}"
    end
    Author.includes(:reviews).order(:id).each { |author| say author.reviews.map(&:stars).inspect }
    Book.includes(:author).order(:id).each { |book| say book.author&.name.inspect }
    Note.includes(:notable).each { |note| say note.notable.title }
    Book.preload(:notes).where(id: [one.id, two.id]).order(:id).each { |book| say book.notes.size.to_s }
    Author.eager_load(:books).order("authors.id").each { |author| say author.books.map(&:title).sort.inspect }
    Author.eager_load(:profile, books: :reviews).order("authors.id, books.id, reviews.id").each do |author|
      say "#{author.profile&.text} #{author.books.map { |book| [book.title, book.reviews.map(&:stars)] }.inspect}"
    end
    say Author.includes(:books).where(books: { title: "one" }).map { |author| author.books.size }.inspect
    say Author.includes(:books).references(:books).order(:id).map { |author| author.books.size }.inspect
    say Author.includes(:books).where("books.title = 'one'").references(:books).to_sql
    say Author.eager_load(:books).order(:id).limit(1).map(&:name).inspect
    say Author.eager_load(:books).count.to_s
    say Author.eager_load(:books).pluck(:title).compact.sort.inspect
    say Author.eager_load(:books).exists?.to_s
    say Author.eager_load(:books).ids.sort.inspect
    say Author.includes(:books).find_by(books: { title: "two" }).name
    Author.preload(:books).find_each(batch_size: 1) { |author| say author.books.size.to_s }
    say Author.preload(books: { reviews: {} }).order(:id).first.books.first.reviews.size.to_s
    say Book.preload(author: :profile).map { |book| book.author&.profile&.text }.inspect
    Author.preload(:nothing).to_a
  end
end
