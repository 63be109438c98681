# run: migrate
class Sanitize < ActiveRecord::Migration[8.1]
  class User < ActiveRecord::Base; end

  def refuse
    yield
  rescue => error
    say "#{error.class}: #{error.message}"
  end

  def up
    create_table(:users) { |t| t.string :name; t.integer :age }
    say User.sanitize_sql(["name = ? AND age IN (?)", "o'b", [1, 2]])
    say User.sanitize_sql(["name = :name", { name: "x" }])
    say User.sanitize_sql_array(["name = '%s'", "o'b"])
    say User.sanitize_sql("plain")
    say User.sanitize_sql_for_assignment({ name: "x", age: "3" })
    say User.sanitize_sql_for_assignment(["name = ?", nil])
    say User.sanitize_sql_for_conditions(["age > ?", 3])
    say User.sanitize_sql_for_order([Arel.sql("field(id, ?)"), [1, 3, 2]])
    say User.sanitize_sql_for_order("id ASC")
    say User.sanitize_sql_like("50%_x\\")
    say User.sanitize_sql_like("50%", "!")
    say User.connection.quote(Date.new(2020, 1, 2))
    say User.where("age > ?", 3.5).to_sql
    say User.where("name = ?", true).to_sql
    say User.where("name = ?", nil).to_sql
    say User.where("name = ?", :sym).to_sql
    say User.where("name = ?", Time.utc(2020, 1, 2, 3, 4, 5, 6000)).to_sql
    say User.where("age = ?", BigDecimal("1.50")).to_sql
    say User.where("age IN (:ages)", ages: [1, 2]).to_sql
    say User.where("age IN (?)", 1..3).to_sql
    say User.where("name::text = ?", "x").to_sql
    say User.where("a::text = :name", name: "x").to_sql
    refuse { User.sanitize_sql(["a = ? AND b = ?", 1]) }
    refuse { User.sanitize_sql(["a = :a", { b: 1 }]) }
  end
end
