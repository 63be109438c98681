# run: migrate
class Calculations < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base
    enum :status, { fresh: 0, stale: 1 }
  end

  def up
    create_table :users do |t|
      t.string :name
      t.integer :age
      t.integer :status
      t.float :weight
      t.decimal :score, precision: 8, scale: 2
      t.date :born
      t.datetime :seen_at
      t.boolean :admin
    end
    User.insert_all([
      { name: "ann", age: 30, status: 0, weight: 1.5, score: 1.25, born: "1990-01-02", seen_at: "2020-01-02 03:04:05", admin: true },
      { name: "bob", age: 20, status: 1, weight: 2.5, score: 2.5, born: "1991-01-02", seen_at: "2021-01-02 03:04:05", admin: false },
      { name: nil, age: nil, status: nil, weight: nil, score: nil, born: nil, seen_at: nil, admin: nil },
    ])
    say User.count.inspect
    say User.count(:name).inspect
    say User.count("DISTINCT age").inspect
    say User.distinct.count(:age).inspect
    say User.distinct.count.inspect
    say User.limit(2).count.inspect
    say User.limit(2).offset(2).count.inspect
    say User.order(:id).limit(1).count(:name).inspect
    say User.select(:name).count.inspect
    say User.select(:name, :age).distinct.count.inspect
    say User.select("DISTINCT name").count.inspect
    say User.count { |user| user.age }.inspect
    say User.none.count.inspect
    say User.none.sum(:age).inspect
    say User.none.maximum(:age).inspect
    say User.where(age: []).count.inspect
    say User.sum(:age).inspect
    say User.sum(:score).inspect
    say User.sum(:weight).inspect
    say User.sum("age * 2").inspect
    say User.average(:age).inspect
    say User.average(:score).inspect
    say User.average(:weight).inspect
    say User.minimum(:born).inspect
    say User.maximum(:seen_at).inspect
    say User.maximum(:name).inspect
    say User.maximum(:status).inspect
    say User.minimum(:score).inspect
    say User.calculate(:sum, :age).inspect
    say User.group(:status).count.inspect
    say User.group(:status).average(:age).inspect
    say User.group(:admin).sum(:age).inspect
    say User.group(:born).order(:born).minimum(:age).inspect
    say User.group(:status).count(:age).inspect
    say User.group(:status).distinct.count(:age).inspect
    say User.order(:id).pluck(:status).inspect
    say User.order(:id).pluck(:name, :score, :admin).inspect
    say User.order(:id).pluck("age", "name").inspect
    say User.order(:id).pluck(Arel.sql("age + 1")).inspect
    say User.order(:id).pluck("users.age").inspect
    say User.order(:id).pluck(User.arel_table[:name].as("label")).inspect
    say User.pluck(Arel.sql("COUNT(*)")).inspect
    say User.all.size.inspect
    say User.any?.inspect
    say User.none?.inspect
    say User.many?.inspect
    say User.one?.inspect
    say User.where(age: 30).one?.inspect
    say User.all.empty?.inspect
    say User.where(age: 30).exists?.inspect
    say User.exists?(1).inspect
    say User.exists?(name: "zed").inspect
    say User.exists?(["name = ?", "ann"]).inspect
    say User.exists?(false).inspect
    say User.exists?("1").inspect
    say User.where(age: 30).any? { |user| user.admin }.inspect
    say User.limit(0).exists?.inspect
    say User.distinct.offset(1).limit(1).order(:id).exists?.inspect
    say User.where(status: :stale).count.inspect
    say User.where(status: "fresh").pluck(:name).inspect
    say User.stale.or(User.fresh).count.inspect
    say User.count_by_sql("SELECT COUNT(*) FROM users WHERE age > 25").inspect
    say User.async_count.value.inspect
    say User.order(:id).async_pluck(:name).then(&:compact).value.inspect
    say User.where(age: 30).load_async.map(&:name).inspect
    say User.find_by_sql(["SELECT * FROM users WHERE name = ?", "ann"]).map(&:age).inspect
    say User.connection.select_values(User.where(age: 30).select(:name)).inspect
    say User.connection.select_value(User.select("MAX(age)").to_sql).inspect
    say User.connection.select_rows(User.where(age: 30).select(:name, :age).arel).inspect
  end
end
