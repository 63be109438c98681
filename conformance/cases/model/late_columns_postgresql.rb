# adapters: postgresql
# run: migrate
class LateColumnsPostgresql < ActiveRecord::Migration[7.1]
  class Petition < ActiveRecord::Base; end
  class Reader < ActiveRecord::Base
    self.table_name = "petitions"
  end

  def up
    create_table(:petitions) { |t| t.string :name }
    execute "INSERT INTO petitions (name) VALUES ('a')"
    say Reader.first.name
    add_column :petitions, :topics, :integer, array: true
    add_column :petitions, :span, :int4range
    add_column :petitions, :data, :jsonb
    add_column :petitions, :zoned, :timestamptz
    Petition.find_each { |petition| petition.update_columns(topics: [1, 2], span: 1..5) }
    petition = Petition.first
    petition.update!(data: { "a" => [1] }, zoned: "2024-01-01 00:00:00+02")
    say petition.attributes.sort.inspect
    say petition.reload.attributes.sort.inspect
    petition.topics << 3
    say petition.changed.inspect
    petition.save!
    say Petition.pluck(:topics, :span, :data, :zoned).inspect
    say Petition.pluck(Arel.sql("array_agg(id)"), Arel.sql("now()::date - now()::date"), Arel.sql("'{\"a\": 1}'::jsonb"), Arel.sql("interval '1 day'")).inspect
    say connection.select_all("SELECT topics, span, data, zoned, B'101' AS bits, 'a=>1' AS word FROM petitions").cast_values.inspect
    say connection.select_rows("SELECT topics, span, data, zoned FROM petitions").inspect
  end
end
