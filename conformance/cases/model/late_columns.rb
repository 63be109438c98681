# adapters: mysql2, postgresql
# run: migrate
# Columns that a model's cached schema lacks have the types that the answer itself gives them.
class LateColumns < ActiveRecord::Migration[7.1]
  class Petition < ActiveRecord::Base; end
  class Reader < ActiveRecord::Base
    self.table_name = "petitions"
  end

  def up
    create_table(:petitions) { |t| t.string :name }
    execute "INSERT INTO petitions (name) VALUES ('a')"
    say Reader.first.name
    add_column :petitions, :at, :datetime
    add_column :petitions, :day, :date
    add_column :petitions, :price, :decimal, precision: 5, scale: 2
    add_column :petitions, :notes, :json
    petition = Petition.first
    petition.update_columns(price: "1.555", day: "2024-02-03")
    say petition.attributes.sort.inspect
    try { petition.update!(at: "2024-01-01 10:00", price: "2.777", notes: { a: 1 }) }
    say petition.attributes.sort.inspect
    say petition.reload.attributes.sort.inspect
    say petition.has_attribute?(:price).inspect
    say Petition.column_names.inspect
    say Petition.where(at: "2024-01-01", price: "1.555").to_sql
    say Petition.pluck(:day, :price).inspect
    try { Petition.insert_all([{ name: "x", price: 3 }]) }
    try { Petition.create!(name: "x", price: 3) }
    say Petition.new(name: "x").respond_to?(:price).inspect
    Petition.reset_column_information
    say Petition.create!(name: "x", price: 3).attributes.sort.inspect
    say Petition.order(:id).pluck(Arel.sql("price * 2"), Arel.sql("CAST('2024-05-06' AS date)"), Arel.sql("NULL"), Arel.sql("1 = 1")).inspect
    found = Petition.select("petitions.*, price + 1 AS more, CAST('2024-05-06' AS date) AS other").first
    say [found.more, found.other].inspect
    say Petition.find_by_sql("SELECT id, 1.5 AS half, 'x' AS word FROM petitions ORDER BY id").first.attributes.sort.inspect
    say connection.select_all("SELECT id, price, day FROM petitions ORDER BY id").cast_values.inspect
    say connection.select_all("SELECT day FROM petitions ORDER BY id").cast_values.inspect
    say connection.select_rows("SELECT id, price, day FROM petitions ORDER BY id").inspect
    say connection.select_values("SELECT day FROM petitions ORDER BY id").inspect
    say connection.select_value("SELECT at FROM petitions ORDER BY id").inspect
    say connection.select_one("SELECT price, at FROM petitions ORDER BY id").inspect
    say Petition.minimum("day").inspect
    say Petition.maximum(Arel.sql("price + 1")).inspect
    say Petition.sum("price * 2").inspect
  end

  private
    def try
      yield
    rescue => error
      say "#{error.class}: #{error.message}"
    end
end
