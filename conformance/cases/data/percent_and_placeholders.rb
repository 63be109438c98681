# run: migrate
class PercentAndPlaceholders < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    execute "INSERT INTO a (x) VALUES ('100% ?')"
    execute "SELECT * FROM a WHERE x LIKE '%\\%%'"
  end
end
