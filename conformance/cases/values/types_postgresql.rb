# adapters: postgresql
# run: migrate
class Thing < ActiveRecord::Base
end

class Plain
  def to_s = "plain"
  def inspect = "#<Plain>"
end

class TypesPostgresql < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip[0, 90]}"
  end

  def probe(column, label, value)
    tell("#{column} #{label} where") { Thing.where(column => value).to_sql }
    tell("#{column} #{label} count") { Thing.where(column => value).count }
    tell("#{column} #{label} list") { Thing.where(column => [value, nil]).to_sql }
    tell("#{column} #{label} new") { Thing.new(column => value)[column] }
    tell("#{column} #{label} create") { Thing.create!(column => value) && nil }
    tell("#{column} #{label} update_columns") { @row.update_columns(column => value) && @row[column] }
    tell("#{column} #{label} update_all") { Thing.where(id: @row.id).update_all(column => value) }
    tell("#{column} #{label} insert_all") { Thing.insert_all([{ column => value }]).class }
    tell("#{column} #{label} raw") { Thing.where(id: @row.id).pick(column) }
  end

  def up
    enable_extension "hstore"
    create_enum :mood, %w[sad ok]
    create_table(:things) do |t|
      t.string :tags, array: true
      t.integer :numbers, array: true
      t.datetime :moments, array: true
      t.jsonb :docs, array: true
      t.bit :bits, limit: 4
      t.bit_varying :various
      t.xml :document
      t.uuid :key
      t.inet :address
      t.macaddr :mac
      t.interval :span
      t.point :place
      t.money :cost
      t.int4range :whole
      t.tsrange :during
      t.daterange :days
      t.jsonb :data
      t.hstore :extras
      t.enum :mood, enum_type: :mood
      t.timestamptz :zoned
      t.datetime :moment
      t.date :day
      t.binary :bytes
      t.tsvector :words
    end
    @row = Thing.create!
    time = Time.utc(2024, 2, 29, 1, 2, 3)
    {
      tags: { text: "a", braces: "{a,b}", list: ["a"], several: ["a", nil, "b c", 'q"'], nested: [["a"], ["b"]], empty: [], number: 5, numbers: [1, 2.5, :c, true], hash: { a: 1 } },
      numbers: { text: "{1,2}", list: [1, "2", nil, 3.7], word: ["x"], one: 1, range: 1..3 },
      moments: { list: [time, "2024/01/02"], text: "{2024-01-02}" },
      docs: { list: [{ a: 1 }, [1], "x", nil], one: { a: 1 } },
      bits: { text: "0101", bad: "2", upper: "F" },
      various: { text: "011" },
      document: { text: "<a/>", quote: "<a b='c'/>", bad: "<a", no: false },
      key: { text: "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", braces: "{a0eebc999c0b4ef8bb6d6bb9bd380a11}", bad: "x", number: 5 },
      address: { text: "10.0.0.1", bad: "x", ip: IPAddr.new("10.0.0.0/8"), number: 5 },
      mac: { text: "08:00:2b:01:02:03", bad: "x", symbol: :"08-00-2b-01-02-03" },
      span: { duration: 90.minutes, number: 60, float: 1.5, text: "P1D", words: "1 day", bad: "x" },
      place: { list: [1, 2.5], text: "(1,2)", bare: "1,2", hash: { x: 1, y: 2 }, empty: "", bad: "x", point: ActiveRecord::Point.new(1, 2) },
      cost: { text: "$1,234.56", paren: "($1.50)", number: 5, decimal: BigDecimal("1.239"), comma: "1.234,56", bad: "x" },
      whole: { range: 1..3, exclusive: 1...3, text: "[1,3)", open: 1.., empty: "empty", list: [1..2], number: 5, infinite: (1..Float::INFINITY) },
      during: { range: time..(time + 60), dates: Date.new(2024, 1, 1)..Date.new(2024, 1, 2), open: time.., texts: "2024/01/01".."2024/01/02" },
      days: { range: Date.new(2024, 1, 1)..Date.new(2024, 1, 2), open: Date.new(2024, 1, 1)..nil, beginless: nil..Date.new(2024, 1, 1) },
      data: { hash: { a: [1, nil, time, 1.5, :b, BigDecimal("1.5"), Date.new(2024, 1, 2)] }, text: "x", number: 5, list: [1, { b: 2 }], set: Set[1], no: false, html: "<&>", klass: String, nan: Float::NAN },
      extras: { hash: { a: 1, b: nil, "c\"" => "d\\" }, text: "\"a\"=>\"1\"", number: 5, empty: {} },
      mood: { text: "sad", symbol: :ok, bad: "x", number: 5, time: time },
      zoned: { text: "2024-01-02 03:04:05+09:00", time: Time.new(2024, 1, 2, 3, 4, 5, "+09:00"), infinity: "infinity", float: Float::INFINITY, bc: "0044-03-15 00:00:00 BC" },
      moment: { infinity: "infinity", minus: "-infinity", float: -Float::INFINITY, bc: "0044-03-15 12:00:00 BC", range: time.., infinite: (time..Float::INFINITY) },
      day: { infinity: "infinity", float: Float::INFINITY, bc: "0044-03-15 BC", date: Date.new(-43, 3, 15) },
      bytes: { text: "a\0b", number: 5, time: time, hash: { a: 1 } },
      words: { text: "a b", symbol: :a, number: 5 },
    }.each do |column, values|
      values.each { |label, value| probe(column, label, value) }
    end
    tell("insert_all of all") { Thing.insert_all([{ bits: "0011", document: "<b/>", tags: ["x"], whole: 1..2 }]).class }
    tell("upsert_all") { Thing.upsert_all([{ id: 1, bits: "0011", document: "<b/>" }]).class }
    tell("contains") { Thing.where("tags @> ?", "{a}").count }
    tell("arel contains") { Thing.where(Thing.arel_table[:tags].contains(["a"])).to_sql }
    tell("infinite end") { Thing.where(moment: Time.utc(2024, 1, 1).."infinity").to_sql }
  end
end
