# run: migrate
class HeredocAndUnicode < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    execute(<<-SQL.squish)
      INSERT INTO a (x)
      VALUES ('größe 日本 😀')
    SQL
    say select_value("SELECT x FROM a")
  end
end
