# run: migrate
class Sanitize < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
    execute ActiveRecord::Base.sanitize_sql(["INSERT INTO a (x) VALUES (?)", "it's"])
    execute ActiveRecord::Base.sanitize_sql_array(["UPDATE a SET x = :x", { x: "new" }])
    say ActiveRecord::Base.sanitize_sql_like("100%_").inspect
    execute "DELETE FROM a WHERE x = #{connection.quote('new')}"
  end
end
