# adapters: mysql2
# run: migrate
class IntrospectionOfMysql < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, comment: "c", charset: "utf8mb4") { |t| t.string :x, comment: "y"; t.unsigned_integer :u }
    say connection.table_options("a").inspect
    say connection.mariadb?.class.name
    say connection.show_variable("character_set_database").inspect
    say connection.strict_mode?.inspect
    say connection.index_algorithms.inspect
    columns(:a).each { |c| say [c.name, c.sql_type, c.unsigned?, c.auto_increment?, c.extra].inspect }
  end
end
