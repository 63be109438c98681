# older_rails: true
# adapters: postgresql
class PostgresqlOptions < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.bit :b, limit: 4, default: "0101"
      t.bit_varying :bv, limit: 8
      t.interval :i, precision: 3
      t.timestamptz :tz, precision: 3
      t.uuid :u, default: -> { "gen_random_uuid()" }, null: false
      t.uuid :v, default: "gen_random_uuid()"
      t.jsonb :j, default: {}, null: false
      t.jsonb :k, default: []
      t.json :l, default: { a: 1, "b" => [true, nil] }
      t.money :m, default: 5
      t.inet :ip, default: "192.168.1.1"
      t.tsvector :ts
      t.daterange :dr, default: "[2020-01-01,2021-01-01)"
    end
  end
end
