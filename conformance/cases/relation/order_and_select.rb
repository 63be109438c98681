# run: migrate
class Ordered < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
    end
    User.insert_all([{ name: "ann", age: 30 }, { name: "bob", age: 20 }, { name: "cat", age: 30 }])
    say User.order(:age, name: :desc).to_sql
    say User.order(:age, name: :desc).pluck(:name).inspect
    say User.order("age DESC, name").pluck(:name).inspect
    say User.order(Arel.sql("age * 2 DESC")).order(:id).pluck(:name).inspect
    say User.order([Arel.sql("CASE WHEN name = ? THEN 0 ELSE 1 END"), "cat"]).order(:id).pluck(:name).inspect
    say User.order("users.age").reverse_order.to_sql
    say User.order(:age, "name ASC").reverse_order.to_sql
    say User.order(:age).reorder(:name).to_sql
    say User.order(users: { age: :asc }).to_sql
    say User.order(User.arel_table[:age].desc).to_sql
    say User.order(:age).unscope(:order).to_sql
    say User.in_order_of(:name, %w[cat ann]).to_sql
    say User.in_order_of(:name, %w[cat ann]).pluck(:name).inspect
    say User.in_order_of(:name, %w[cat], filter: false).order(:id).pluck(:name).inspect
    say User.all.reverse_order.to_sql
    say User.select(:name).order(:id).map(&:name).inspect
    say User.select(:id, "age + 1 AS older").order(:id).map(&:older).inspect
    say User.select("name", :age).reselect(:id).to_sql
    say User.select(name: :label).order(:id).map(&:label).inspect
    say User.select(users: [:name, :age]).to_sql
    say User.select(users: { name: :label }).to_sql
    say User.select { |user| user.age == 30 }.size.to_s
    say User.distinct.order(:age).pluck(:age).inspect
    say User.select(:age).distinct.count.to_s
    say User.limit(2).offset(1).order(:id).pluck(:id).inspect
    say User.offset(1).order(:id).pluck(:id).inspect
    say User.limit("2").to_sql
    say User.order(:id).first.name
    say User.first(2).map(&:id).inspect
    say User.last(2).map(&:id).inspect
    say User.order(:age, :id).last.name
    say User.second.name
    say User.third.name
    say User.fourth.inspect
    say User.second_to_last.name
    say User.limit(2).last.name
    say User.take.id.to_s
    say User.take(2).size.to_s
    say User.order(:id).from(User.where(age: 30), :users).pluck(:name).inspect
    say User.from("users AS people").select("people.name").to_sql
    say User.from(User.where(age: 30)).select("subquery.name").map(&:name).sort.inspect
    say User.lock.to_sql
    say User.lock("FOR SHARE").to_sql
    say User.annotate("why", "*/ x").to_sql
    say User.annotate("why").count.to_s
    say User.group(:age).having("COUNT(*) > 1").count.inspect
    say User.group(:age).having("COUNT(*) > ?", 1).pluck(:age).inspect
    say User.group(:age, :name).order(:age, :name).count.inspect
    say User.group("age % 20").order(Arel.sql("age % 20")).count.inspect
    say User.group(:age).order(:age).sum(:id).inspect
    say User.group(:age).order(:age).maximum(:name).inspect
    say User.group(:age).order(count: :desc).count.inspect
    say User.group(:age).order("count_all DESC").count.inspect
    say User.unscoped.where(age: 30).count.to_s
    say User.where(age: 30).scoping { User.count }.to_s
    say User.with(old: User.where(age: 30)).from("old AS users").order(:name).pluck(:name).inspect
    say User.with(old: [User.where(age: 30), User.where(age: 20)]).to_sql
    say User.where(age: 30).except(:where).to_sql
    say User.where(age: 30).order(:name).only(:where).to_sql
    say User.where(age: 30).merge(User.order(:name)).to_sql
    say User.order(:age).merge(User.reorder(:name)).to_sql
    say User.extending { def names = pluck(:name).sort }.where(age: 30).names.inspect
    say User.readonly.first.readonly?.to_s
    say User.all.ids.sort.inspect
    say User.pick(:name, :age).inspect
    say User.where(age: 20).pick(:name)
    refuse { User.order("age; DROP").to_a }
    refuse { User.order("length(name, 1)").to_a }
    refuse { User.pluck("count(*) + 1") }
    refuse { User.order(age: :up) }
    refuse { User.order(Arel.sql("f(a, b)")).reverse_order }
    refuse { User.order }
    refuse { User.joins }
    refuse { User.select }
    refuse { User.order("nulls first nulls first").reverse_order }
  end
end
