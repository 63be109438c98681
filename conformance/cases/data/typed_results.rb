# run: migrate
class TypedResults < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.integer :i; t.decimal :d, precision: 8, scale: 2; t.boolean :b; t.date :dt; t.datetime :ts; t.text :t; t.float :f }
    execute "INSERT INTO a (i, d, b, dt, ts, t, f) VALUES (1, 2.50, #{quoted_true}, '2020-02-29', '2020-02-29 01:02:03', 'x', 1.5)"
    row = select_one("SELECT i, d, b, dt, ts, t, f FROM a")
    row.each { |key, value| say "#{key}: #{value.class}" }
    say row["i"].inspect
    say row["t"].inspect
    say row["f"].inspect
  end
end
