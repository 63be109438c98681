# adapters: sqlite3
# run: migrate
class Functions < ActiveRecord::Migration[8.1]
  def up
    say select_rows("SELECT pow(2, 10), sqrt(16), floor(2.5), ceil(2.5), round(ln(10), 6), mod(7, 3), round(pi(), 6), sign(-3)").inspect
    create_table :cells do |t|
      t.integer :side
      t.virtual :area, type: :integer, as: "pow(side, 2)", stored: true
    end
    execute "INSERT INTO cells (side) VALUES (3)"
    say select_values("SELECT area FROM cells").inspect
    create_virtual_table :letters, :fts5, ["subject", "body UNINDEXED"]
    create_virtual_table :old_letters, :fts4, ["subject", "body"]
    execute "INSERT INTO old_letters (subject, body) VALUES ('hello world', 'x')"
    say select_values("SELECT subject FROM old_letters WHERE old_letters MATCH 'hello'").inspect
    say connection.virtual_tables.inspect
    say [:letters, :old_letters, :cells, :absent].map { |name| connection.virtual_table_exists?(name) }.inspect
  end
end
