# adapters: postgresql
# run: migrate
# Each of PostgreSQL's types in memory, from the database, plucked, looked for and assigned again.
class TypesOfPostgresql < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!
  class Thing < ActiveRecord::Base
    self.inheritance_column = nil
    self.implicit_order_column = "created_at"
    has_many :parts
  end
  class Part < ActiveRecord::Base; belongs_to :thing; end
  def t(label)
    r = yield
    r = r.to_sql if r.is_a?(ActiveRecord::Relation)
    say "#{label}: #{r.inspect.gsub(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( UTC| \+0000)?/, "T").gsub(/\h{8}-\h{4}-\h{4}-\h{4}-\h{12}/, "UUID")}"
  rescue => e
    say "#{label}: #{e.class}: #{e.message}"
  end
  def up
    enable_extension "hstore"; enable_extension "citext"; enable_extension "ltree"; enable_extension "pgcrypto"
    create_enum :mood, %w[sad ok happy]
    create_table :things, id: :uuid do |t|
      t.string :tags, array: true, default: []
      t.integer :nums, array: true
      t.text :matrix, array: true
      t.hstore :attrs, default: ""
      t.jsonb :data, default: {}
      t.json :list
      t.int4range :span; t.daterange :days; t.tsrange :times; t.numrange :price_range; t.int8range :big
      t.enum :mood, enum_type: :mood, default: "ok"
      t.citext :email; t.ltree :path; t.inet :ip; t.cidr :net; t.macaddr :mac
      t.bit :flags, limit: 4; t.bit_varying :vflags; t.money :cost; t.interval :every; t.point :spot
      t.tsvector :search; t.xml :doc; t.binary :bin; t.uuid :other; t.oid :oid; t.box :box; t.line :line
      t.timestamptz :tz; t.time :clock; t.date :day; t.decimal :dec, precision: 10, scale: 3; t.decimal :plain; t.float :f; t.boolean :b; t.bigint :bi; t.integer :small, limit: 2
      t.datetime :dt, precision: 3
      t.string :type
      t.timestamps
    end
    create_table(:parts) { |t| t.references :thing, type: :uuid; t.string :name }
    th = nil
    t("create") { th = Thing.create!(tags: %w[a b,c "q"], nums: [1, nil, "3"], matrix: [["a", "b"], ["c", nil]], attrs: { a: 1, "b" => nil, "c d" => "x\"y" }, data: { a: [1, { b: nil }] }, list: [1, "x", nil], span: 1..5, days: Date.new(2024, 1, 1)...Date.new(2024, 2, 1), times: Time.utc(2024)..Time.utc(2025), price_range: 1.5..2.5, big: (1..), mood: :happy, email: "A@b.C", path: "a.b", ip: "10.0.0.1", net: "10.0.0.0/8", mac: "08:00:2b:01:02:03", flags: "0101", vflags: "11", cost: "$1,234.50", every: 90.minutes, spot: [1.5, 2], search: "cat dog", doc: "<a/>", bin: "\x00\xff\x01".b, other: SecureRandom.uuid, oid: 12, box: "(1,1),(0,0)", tz: "2024-01-01 00:00:00+05", clock: "12:34:56", day: "2024-02-29", dec: "1.23456", plain: "12345678901234567890.123", f: 1e20, b: "yes", bi: 2**40, small: 7, dt: "2024-01-01 01:02:03.123456"); th.class }
    (Thing.column_names - %w[id created_at updated_at]).each do |c|
      t("#{c} mem") { th[c].then { |v| v.is_a?(ActiveSupport::Duration) ? v.iso8601 : v } }
      t("#{c} db") { Thing.first[c].then { |v| v.is_a?(ActiveSupport::Duration) ? v.iso8601 : v } }
      t("#{c} pluck") { Thing.pluck(c).map { |v| v.is_a?(ActiveSupport::Duration) ? v.iso8601 : v } }
      t("#{c} where") { Thing.where(c => th[c]).count }
      t("#{c} changed") { x = Thing.first; x[c] = x[c]; x.changed }
    end
    t("in place") { x = Thing.first; x.tags << "z"; x.data["k"] = 1; x.attrs["n"] = 5; x.list << 2; x.nums.push(9); c = x.changed; x.save!; [c, x.reload.tags, x.data, x.attrs, x.list, x.nums] }
    t("arr where") { [Thing.where("? = ANY(tags)", "a").count, Thing.where("tags @> ARRAY[?]::varchar[]", %w[a z]).count, Thing.where(tags: %w[a]).to_sql, Thing.where(nums: [[1]]).to_sql, Thing.where.not(tags: []).count] }
    t("json where") { [Thing.where("data->>'k' = ?", "1").count, Thing.where("data @> ?", { k: 1 }.to_json).count, Thing.where(data: { k: 1 }).to_sql, Thing.where("attrs -> 'n' = '5'").count, Thing.pluck(Arel.sql("data->'k'"), Arel.sql("attrs->'n'"), Arel.sql("tags[1]"))] }
    t("update_all") { [Thing.update_all(tags: ["n"], data: { z: 1 }, span: 3..4, mood: "sad", every: 1.day, attrs: { q: 1 }), Thing.first.slice(:tags, :data, :span, :mood, :attrs)] }
    t("insert_all") { Thing.insert_all([{ tags: ["i"], data: { i: 1 }, nums: [4], mood: "ok", every: 2.hours }]).rows.size }
    t("bad enum") { Thing.create!(mood: "zzz") }
    t("bad json") { Thing.new(data: "{bad").data }
    t("str json") { Thing.new(data: '{"a":1}').data }
    t("assoc") { th.parts.create!(name: "p"); [th.parts.count, Part.joins(:thing).where(things: { mood: "sad" }).count, Thing.includes(:parts).find(th.id).parts.size, Thing.order(:created_at).first.class.name] }
    t("range") { x = Thing.first; [x.span.class, x.span, (x.span = 1...9; x.changes), x.span = nil] }
    t("bit") { x = Thing.find(th.id); x.update!(flags: "1111", vflags: "0"); x.reload; [x.flags, x.vflags] }
    t("money") { Thing.find(th.id).tap { |x| x.update!(cost: 99.999) }.reload.cost }
    t("defaults") { n = Thing.new; [n.tags, n.data, n.attrs, n.mood, n.id] }
    t("column_defaults") { Thing.column_defaults.slice("tags", "data", "attrs", "mood") }
    t("group") { Thing.group(:mood).count.to_a.sort + Thing.group(:tags).count.keys }
    t("distinct") { Thing.distinct.pluck(:mood).sort + [Thing.distinct.count(:tags)] }
    t("agg") { [Thing.maximum(:dec), Thing.sum(:dec), Thing.average(:small), Thing.minimum(:day), Thing.maximum(:tz), Thing.sum(:f), Thing.maximum(:cost)] }
    t("select fn") { Thing.select("array_agg(small) AS smalls, count(*) AS n, max(data::text)::jsonb AS document, now() - now() AS iv, avg(dec) AS a").take.then { |x| [x.smalls, x.n, x.document, x.a] } }
    t("returning") { Thing.insert_all([{ tags: ["r"] }], returning: [:tags, :mood, :data]).to_a }
    t("returning cast") { Thing.insert_all([{ tags: ["r"] }], returning: [:tags, :mood, :data, :span]).cast_values }
    t("select_all") { connection.select_all("SELECT tags, data, mood, small, dec, b, day, tz FROM things ORDER BY created_at LIMIT 1").to_a }
    t("execute") { connection.execute("SELECT tags, data, small, dec, b, day FROM things ORDER BY created_at LIMIT 1").to_a }
    t("values") { connection.select_values("SELECT small FROM things ORDER BY created_at") + connection.select_rows("SELECT b, dec, day FROM things WHERE small = 7") }
    t("quoting") { [connection.quote(["a"]), connection.quote({ a: 1 })] }
    t("lateral") { Thing.from("things, unnest(things.tags) AS tag").pluck(Arel.sql("tag")).sort }
    t("touch") { x = Thing.first; x.touch(:dt); x.dt.usec % 1000 }
  end
end
