# run: migrate
class Author < ActiveRecord::Base
  has_many :posts
end

class Post < ActiveRecord::Base
end

class Explain < ActiveRecord::Migration[8.1]
  def up
    create_table(:authors) { |t| t.string :name; t.integer :age }
    create_table(:posts) { |t| t.references :author; t.string :title }
    author = Author.create!(name: "a", age: 3)
    Post.create!(author_id: author.id, title: "b")
    [
      Author.where(id: 1).explain.inspect,
      Author.where(id: 1).includes(:posts).explain.inspect,
      Author.where(name: ["a", "b"], age: 1..4).where.not(name: "c").order(:id).limit(2).offset(1).explain.inspect,
      Author.where(age: 2).explain.count,
      Author.where(name: "a").explain.pluck(:id, :age),
      Author.all.explain.maximum(:age),
      Author.order(:age).explain.first,
      Author.none.explain.inspect,
    ].each { |text| say text.lines.grep(/SELECT/).map(&:chomp).inspect }
    say Author.where(id: 1).explain.class.name
  end
end
