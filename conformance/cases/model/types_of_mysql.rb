# adapters: mysql2
# run: migrate
# Each of MySQL's types in memory, from the database, plucked, looked for and assigned again.
class TypesOfMysql < ActiveRecord::Migration[8.1]
  class Thing < ActiveRecord::Base; self.inheritance_column = nil; end
  def t(label)
    r = yield
    r = r.to_sql if r.is_a?(ActiveRecord::Relation)
    say "#{label}: #{r.inspect.gsub(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( UTC| \+0000)?/, "T")}"
  rescue => e
    say "#{label}: #{e.class}: #{e.message}"
  end
  def up
    create_table :things do |t|
      t.string :name, limit: 20, collation: "utf8mb4_bin"; t.text :body, limit: 16.megabytes - 1; t.integer :tiny, limit: 1; t.integer :med, limit: 3; t.integer :un, unsigned: true; t.bigint :ubig, unsigned: true
      t.boolean :b; t.decimal :dec, precision: 10, scale: 3; t.decimal :whole, precision: 20; t.float :f; t.float :dbl, limit: 53; t.datetime :dt; t.datetime :dt0, precision: 0; t.timestamp :ts, null: true; t.time :clock; t.date :day
      t.binary :bin, limit: 100; t.blob :blob; t.json :doc; t.column :kind, "enum('a','b','c')"; t.column :opts, "set('x','y','z')"; t.column :yr, "year"; t.column :bits, "bit(4)"; t.column :onebit, "bit(1)"; t.column :uid, "binary(16)"; t.column :chr, "char(3)"; t.tinytext :tt; t.mediumblob :mb
      t.timestamps
    end
    th = nil
    t("create") { th = Thing.create!(name: "é", body: "x" * 10, tiny: 5, med: -3, un: 4_000_000_000, ubig: 2**63 + 5, b: true, dec: "1.23456", whole: "12345678901234567890", f: 1.1, dbl: 1.1, dt: "2024-01-01 01:02:03.123456", dt0: "2024-01-01 01:02:03.9", ts: Time.utc(2024), clock: "12:34:56.7", day: "2024-02-29", bin: "\x00\xff".b, blob: "b'\"\\".b, doc: { a: [1, nil] }, kind: "b", opts: "x,z", yr: 2024, bits: 5, onebit: true, uid: ["00112233445566778899aabbccddeeff"].pack("H*"), chr: "ab", tt: "t", mb: "m"); th.class }
    (Thing.column_names - %w[id created_at updated_at]).each do |c|
      t("#{c} mem") { [th[c], th[c].class] }
      t("#{c} db") { Thing.first[c].then { |v| [v, v.class, v.respond_to?(:encoding) && v.encoding.to_s] } }
      t("#{c} pluck") { Thing.pluck(c) }
      t("#{c} raw") { connection.select_value("SELECT #{c} FROM things").then { |v| [v, v.class] } }
      t("#{c} where") { Thing.where(c => th[c]).count }
      t("#{c} changed") { x = Thing.first; x[c] = x[c]; x.changed }
      t("#{c} type") { Thing.type_for_attribute(c).type }
    end
    t("in place") { x = Thing.first; x.doc["k"] = 1; x.name << "!"; x.bin << "z"; c = x.changed; x.save!; [c, x.reload.doc, x.name, x.bin] }
    t("range err") { Thing.create!(tiny: 300) }
    t("unsigned neg") { Thing.create!(un: -1) }
    t("too long") { Thing.create!(name: "x" * 30) }
    t("bad enum") { Thing.create!(kind: "q") }
    t("bad date") { Thing.create!(day: "2024-02-30").day }
    t("zero date") { connection.execute("UPDATE things SET day = '0000-00-00' WHERE id = 1") }
    t("json where") { [Thing.where("doc->>'$.k' = ?", 1).count, Thing.where("JSON_EXTRACT(doc, '$.k') = 1").count, Thing.pluck(Arel.sql("doc->'$.k'"), Arel.sql("doc->>'$.a'"))] }
    t("update_all") { [Thing.update_all(doc: { z: 1 }, kind: "c", opts: "y", bits: 3, b: false, bin: "q"), Thing.first.slice(:doc, :kind, :opts, :bits, :b, :bin)] }
    t("insert_all") { Thing.insert_all([{ name: "i", doc: { i: [true] }, bin: "\x01".b, dt: Time.utc(2024, 1, 1, 1, 1, 1.5), b: true }]).rows.size }
    t("upsert") { Thing.upsert_all([{ id: 1, name: "u" }]); Thing.find(1).name }
    t("upsert sql") { Thing.upsert_all([{ id: 1, name: "v" }], on_duplicate: Arel.sql("name = CONCAT(VALUES(name), '+')")); Thing.find(1).name }
    t("agg") { [Thing.sum(:dec), Thing.average(:tiny), Thing.maximum(:dt), Thing.minimum(:day), Thing.sum(:f), Thing.sum(:un), Thing.maximum(:clock), Thing.count(:name), Thing.group(:kind).count, Thing.group(:b).sum(:tiny)] }
    t("case") { [Thing.where(name: "V+").count, Thing.where("name LIKE 'v%'").count] }
    t("group_concat") { Thing.pluck(Arel.sql("GROUP_CONCAT(name ORDER BY id SEPARATOR '|')")) }
    t("select") { Thing.select("id, dec * 2 AS d2, NOW() - NOW() AS z, 1 = 1 AS yes, CAST('2024-01-01' AS DATE) AS dd, COUNT(*) OVER () AS n").first.then { |x| [x.d2, x.z, x.yes, x.dd, x.n] } }
    t("rows") { connection.select_rows("SELECT b, dec, day, clock, yr, bits, dbl, whole FROM things WHERE id = 1") }
    t("exec") { connection.execute("SELECT id, b, dt0 FROM things ORDER BY id LIMIT 1").to_a }
    t("exec each") { r = []; connection.execute("SELECT id, kind FROM things ORDER BY id LIMIT 1").each(as: :hash) { |x| r << x }; r }
    t("ignore") { connection.execute("INSERT IGNORE INTO things (id, name, created_at, updated_at) VALUES (1, 'x', NOW(), NOW())"); Thing.count }
    t("lock") { Thing.lock("LOCK IN SHARE MODE").find(1).id }
    t("joins update") { Thing.joins("INNER JOIN things t2 ON t2.id = things.id").where("t2.id = 1").update_all("things.name = 'joined'"); Thing.find(1).name }
    t("order delete") { Thing.order(id: :desc).limit(1).delete_all }
  end
end
