# run: migrate
class QuotingAndSanitizing < ActiveRecord::Migration[8.1]
  def up
    [nil, true, false, 1, 1.5, BigDecimal("1.50"), :sym, "it's", "back\\slash", Date.new(2020, 1, 2),
     Time.utc(2020, 1, 2, 3, 4, 5), Time.utc(2020, 1, 2, 3, 4, 5.678r), String, ""].each do |value|
      say "#{value.class}: #{connection.quote(value)}"
    end
    [[1], { a: 1 }, 5.minutes, Object.new, 1..2].each do |value|
      say connection.quote(value)
    rescue TypeError => e
      say e.message
    end
    say connection.quote_table_name("a.b")
    say connection.quote_column_name(:order)
    say connection.quoted_true.inspect
    say connection.quoted_date(Time.utc(2020, 1, 2, 3, 4, 5))
    say ActiveRecord::Base.sanitize_sql(["name = ? and x in (?) and y = ?", "o'x", [1, 2], nil])
    say ActiveRecord::Base.sanitize_sql(["a = ? and b = ?", true, 1.5])
    say ActiveRecord::Base.sanitize_sql(["x in (?)", []])
    say ActiveRecord::Base.sanitize_sql(["x in (?) and y < ?", 1..3, Date.new(2020, 1, 2)])
    say ActiveRecord::Base.sanitize_sql_array(["name = :name and y = :y::int and z = '\\:z'", { name: "a", y: 1 }])
    say ActiveRecord::Base.sanitize_sql_array(["name = '%s' or 100%%", "it's"])
    say ActiveRecord::Base.sanitize_sql_like("10%_x\\y")
    say ActiveRecord::Base.sanitize_sql("as it is")
    [["a = ?", 1, 2], ["a = :b", { c: 1 }]].each do |condition|
      ActiveRecord::Base.sanitize_sql_array(condition)
    rescue ActiveRecord::PreparedStatementInvalid => e
      say e.message
    end
  end
end
