# run: migrate
class Conditions < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
    alias_attribute :label, :name
    scope :old, -> { where(age: 60..) }
  end

  class Post < ActiveRecord::Base; end

  def tell(relation)
    say relation.to_sql
    say relation.order(:id).pluck(:id).inspect
  end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
      t.boolean :admin
      t.decimal :score, precision: 8, scale: 2
      t.date :born
      t.datetime :seen_at
    end
    create_table :posts do |t|
      t.integer :user_id
      t.string :title
      t.boolean :published
    end
    User.insert_all([
      { name: "ann", age: 30, admin: true, score: 1.5, born: "1990-01-02", seen_at: "2020-01-02 03:04:05" },
      { name: "bob", age: nil, admin: false, score: nil, born: nil, seen_at: nil },
      { name: "cat", age: 70, admin: nil, score: 3, born: "1950-05-06", seen_at: "2021-01-02 03:04:05" },
    ])
    Post.insert_all([{ user_id: 1, title: "t", published: true }])

    tell User.where(name: "ann")
    tell User.where(name: ["ann", nil])
    tell User.where(age: [30, 70])
    tell User.where(age: [nil, 30, 50..80])
    tell User.where(age: [])
    tell User.where(age: [30])
    tell User.where(age: 30..70)
    tell User.where(age: 30...70)
    tell User.where(age: ..30)
    tell User.where(age: 31..)
    tell User.where(age: 30..30)
    tell User.where(age: [1..2, 30..31])
    tell User.where(label: "ann")
    tell User.where(admin: true)
    tell User.where(admin: "f")
    tell User.where(score: "1.5")
    tell User.where(born: Date.new(1990, 1, 2))
    tell User.where(seen_at: Time.utc(2020, 1, 2, 3, 4, 5)..)
    tell User.where(age: 99999999999999999999)
    tell User.where.not(age: 30)
    tell User.where.not(age: [30, nil])
    tell User.where.not(name: "ann", age: 30)
    tell User.where.not("age > ?", 40)
    tell User.where("age = ? OR name IN (?)", 30, ["bob", "cat"])
    tell User.where("age = :age AND admin = :admin", age: 30, admin: true)
    tell User.where(["name = ?", "ann"])
    tell User.where("name LIKE '%s%%'", "a")
    tell User.where("name IN (?)", [])
    tell User.where("id IN (?)", User.where(name: "ann").select(:id))
    tell User.where(id: Post.select(:user_id))
    tell User.where(id: Post.where(published: true).select(:user_id))
    tell User.where(id: User.where(name: "ann"))
    tell User.where.not(id: Post.select(:user_id))
    tell User.where(name: "ann").or(User.where(name: "bob"))
    tell User.where(admin: true).where(name: "ann").or(User.where(admin: true).where(age: 70))
    tell User.where(name: "a").or(User.where(name: "b")).or(User.where(name: "ann"))
    tell User.where(name: "ann").and(User.where(age: 30))
    tell User.where([:name, :age] => [["ann", 30], ["cat", 70]])
    tell User.where(name: "ann").rewhere(name: "bob")
    tell User.where(name: "ann", age: 1).unscope(where: :age)
    tell User.where(name: "ann").unscope(:where)
    tell User.where(name: "ann").invert_where
    tell User.where(name: "ann").merge(User.where(name: "bob", age: nil))
    tell User.where("1=1").where("")
    tell User.where({})
    tell User.old
    tell User.none
    tell User.where(id: User.none)
    tell User.where(name: "ann").excluding(User.find(2))
    tell User.joins("JOIN posts ON posts.user_id = users.id").where(posts: { published: true, title: ["t", "u"] })
    tell User.where("users.name" => "ann")
    tell User.where(name: :ann)
    tell User.where(age: "30abc")
    tell User.where(name: 1)
    tell User.where(User.arel_table[:age].gt(40))
    refuse { User.where("age = ?", 1, 2).to_a }
    refuse { User.where("age = :age", { nothing: 1 }).to_a }
    refuse { User.where(nothing: 1).to_a }
    refuse { User.where(1).to_a }
    refuse { User.where(name: "a").or("b") }
    refuse { User.where(name: "a").or(User.limit(1)) }
    refuse { User.unscope(:nothing) }
    refuse { User.find(99) }
    refuse { User.find(1, 99) }
    refuse { User.where(name: "ann").find(2) }
    refuse { User.find }
    refuse { User.find_by!(name: "x", age: 1) }
    refuse { User.where(name: "x").first! }
    refuse { User.where(name: "x").sole }
    refuse { User.all.sole }
    say User.find([1, 2]).map(&:name).inspect
    say User.find(2, 1).map(&:name).inspect
    say User.find([1]).map(&:name).inspect
    say User.find("1").name
    say User.find_by_name("ann").age.to_s
    say User.find_by_name_and_age("ann", 30).id.to_s
    refuse { User.find_by_name!("x") }
    refuse { User.find_by_nothing("x") }
  end
end
