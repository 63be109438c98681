# run: migrate
class Blog < ActiveRecord::Base
  query_constraints :shop_id, :id
  has_many :entries
  has_one :cover
end

class Entry < ActiveRecord::Base
  query_constraints :shop_id, :id
  belongs_to :blog
end

class Cover < ActiveRecord::Base
  belongs_to :blog
end

class SpecialBlog < Blog
end

class Cloth < ActiveRecord::Base
  query_constraints :kind, :color
end

class Three < ActiveRecord::Base
  self.table_name = "blogs"
  query_constraints :shop_id, :id, :s
  has_many :entries, foreign_key: :blog_id
  has_many :covers
end

class Keyless < ActiveRecord::Base
  self.table_name = "blogs"
  query_constraints :shop_id, :s
  has_many :covers
end

class QueryConstraints < ActiveRecord::Migration[8.1]
  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 160]}"
  end

  def up
    create_table(:blogs) { |t| t.integer :shop_id; t.string :s; t.string :type; t.timestamps null: true }
    create_table(:entries) { |t| t.integer :shop_id; t.integer :blog_id; t.string :s }
    create_table(:covers) { |t| t.integer :shop_id; t.integer :blog_id; t.string :s }
    create_table(:cloths) { |t| t.string :kind; t.string :color; t.integer :n }
    blog = Blog.create!(shop_id: 1, s: "b")
    tell("lists") { [Blog, Entry, Cover, SpecialBlog, Cloth].map { |model| [model.query_constraints_list, model.has_query_constraints?] } }
    tell("update") { blog.update!(s: "b2") }
    tell("the column changes") { blog.update!(shop_id: 2); blog.shop_id }
    tell("update_columns") { blog.update_columns(s: "b3") }
    tell("touch") { blog.touch }
    tell("increment!") { Cloth.create!(kind: "shoe", color: "red", n: 1).increment!(:n).n }
    tell("reload") { blog.reload.s }
    tell("lock") { blog.lock!.s }
    tell("first") { Blog.first&.s }
    tell("last") { Cloth.last&.n }
    tell("reversed") { Cloth.all.reverse_order.map(&:n) }
    tell("each") { Cloth.find_each.map(&:n) }
    tell("find") { Blog.find(blog.id).s }
    tell("of a subclass") { SpecialBlog.create!(shop_id: 3).update!(s: "x") }
    tell("has_many") { blog.entries.create!(s: "e").attributes.except("id") }
    tell("has_many, read") { blog.reload.entries.map(&:s) }
    tell("belongs_to") { Entry.first.blog.s }
    tell("belongs_to, written") { Entry.create!(blog: blog, s: "f").attributes.except("id") }
    tell("joined") { Blog.joins(:entries).pluck("entries.s") }
    tell("preloaded") { Blog.preload(:entries).map { |one| one.entries.map(&:s) } }
    tell("eager") { Blog.eager_load(:entries).map { |one| one.entries.map(&:s).sort } }
    tell("where") { Entry.where(blog: blog).count }
    tell("has_one") { blog.create_cover!(s: "c").attributes.except("id") }
    tell("deleted from") { blog.entries.delete(blog.entries.first).size }
    tell("delete_all") { blog.entries.delete_all }
    tell("three, with a key") { Three.create!(shop_id: 5, s: "s").entries.to_a }
    tell("without the key") { Keyless.create!(shop_id: 5, s: "t").covers.to_a }
    tell("delete") { blog.delete.s }
    tell("destroy") { Cloth.first.destroy.n }
    tell("none") { Blog.query_constraints }
    tell("an option") { Cover.has_many :blogs, query_constraints: [:a, :b] }
  end
end
