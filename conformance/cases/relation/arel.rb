# run: migrate
class ArelNodes < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end
  class Post < ActiveRecord::Base; end

  def tell(relation)
    say relation.to_sql
    relation.to_a if relation.respond_to?(:to_a)
  end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
      t.datetime :seen_at
    end
    create_table :posts do |t|
      t.integer :user_id
      t.string :title
    end
    User.insert_all([{ name: "ann", age: 30, seen_at: "2020-01-02 03:04:05" }, { name: "bob", age: nil, seen_at: nil }])
    users, posts = User.arel_table, Post.arel_table
    tell User.where(users[:name].eq("ann"))
    tell User.where(users[:name].eq(nil))
    tell User.where(users[:name].not_eq(nil).and(users[:age].gt("3")))
    tell User.where(users[:age].gteq(3).or(users[:age].lteq(1)))
    tell User.where(users[:age].lt(3).and(users[:name].eq("a")).or(users[:age].eq(4)))
    tell User.where(users[:name].matches("a%"))
    tell User.where(users[:name].does_not_match("a!%", "!"))
    tell User.where(users[:name].matches("a%", nil, true))
    tell User.where(users[:name].matches_any(["a%", "b%"]))
    tell User.where(users[:age].in([1, 2, nil]))
    tell User.where(users[:age].in([]))
    tell User.where(users[:age].not_in([1, 2]))
    tell User.where(users[:id].in(posts.project(posts[:user_id])))
    tell User.where(users[:id].not_in(Post.select(:user_id).arel))
    tell User.where(users[:age].between(1..5))
    tell User.where(users[:age].between(1...5))
    tell User.where(users[:age].not_between(1..5))
    tell User.where(users[:age].eq_any([1, 2]))
    tell User.where(users[:age].is_distinct_from(1))
    tell User.where(users[:seen_at].gt(Time.utc(2020, 1, 1)))
    tell User.where(users[:age].eq(users[:id]))
    tell User.where((users[:age] + 1).gt(users[:id] * 2))
    tell User.where((users[:age] - users[:id]).eq(29))
    tell User.where(users[:name].eq("a").not)
    tell User.where(users[:name].lower.eq("ann"))
    tell User.where(Arel::Nodes::NamedFunction.new("LENGTH", [users[:name]]).gt(2))
    tell User.where(Post.where(posts[:user_id].eq(users[:id])).arel.exists)
    tell User.where(Post.where(posts[:user_id].eq(users[:id])).arel.exists.not)
    tell User.where(Arel.sql("age = ?", 30))
    tell User.where(Arel.sql("age = :age", age: 30))
    tell User.order(users[:age].desc, users[:name].asc)
    tell User.order(users[:age].asc.nulls_last)
    tell User.select(users[:name].as("label"), users[:age].sum.as("total")).group(users[:name])
    tell User.select(users[:age].maximum, users[:age].minimum, users[:age].average, users[:id].count(true))
    tell User.select(Arel.star)
    tell User.select(users[Arel.star])
    tell User.select(users.coalesce(users[:age], 0).as("years"))
    tell User.select(Arel::Nodes::NamedFunction.new("COALESCE", [users[:name], Arel::Nodes.build_quoted("none")]).as("label"))
    tell User.select(Arel::Nodes::Case.new.when(users[:age].gt(10)).then("old").else("new").as("kind"))
    tell User.select(Arel::Nodes::Case.new(users[:age]).when(30).then(1).else(0).as("kind"))
    tell User.joins(users.join(posts).on(posts[:user_id].eq(users[:id])).join_sources)
    tell User.joins(users.join(posts, Arel::Nodes::OuterJoin).on(posts[:user_id].eq(users[:id]).and(posts[:title].eq("t"))).join_sources)
    others = users.alias("others")
    tell User.joins(users.join(others).on(others[:id].eq(users[:id])).join_sources).where(others[:name].eq("ann"))
    tell users.project(users[:id]).where(users[:age].gt(1)).order(users[:id]).take(2).skip(1)
    tell users.project(Arel.sql("COUNT(*)")).group(users[:name]).having(Arel.sql("COUNT(*) > 1"))
    tell users.project(Arel.star).distinct
    tell Arel::Table.new(:posts).project(Arel.star).where(Arel::Table.new(:posts)[:title].eq("x"))
    say users.project(users[:id]).union(:all, posts.project(posts[:user_id])).to_sql
    say users.project(users[:id]).union(posts.project(posts[:user_id])).to_sql
    say Arel::Nodes::InfixOperation.new("||", users[:name], Arel::Nodes.build_quoted("x")).to_sql
    say users[:name].concat(Arel.sql("'x'")).to_sql
    say Arel::Nodes::NamedFunction.new("CAST", [users[:age].as("CHAR(3)")]).to_sql
    say users[:seen_at].extract("year").to_sql
    say Arel::Nodes::Window.new.partition(users[:name]).order(users[:id]).then { |window| users[:id].count.over(window).to_sql }
    say Arel::Nodes::Grouping.new([users[:id], users[:age]]).to_sql
    say Arel::Nodes::Not.new(users[:id].eq(1)).to_sql
    say Arel::Nodes::And.new([users[:id].eq(1), users[:age].eq(2)]).to_sql
    say Arel.sql("a").to_s + "b"
    say "#{Arel.sql("x")} #{users.name} #{users[:id].name}"
    execute users.project(users[:id]).to_sql
    say connection.select_values(users.project(users[:name]).order(users[:id])).inspect
    say User.where(users[:age].eq(30)).update_all(age: 31).to_s
  end
end
