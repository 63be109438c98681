# adapters: postgresql
# run: migrate
class Value < ActiveRecord::Base
end

class TypesPostgresql < ActiveRecord::Migration[8.1]
  def up
    enable_extension "hstore"
    enable_extension "citext"
    create_enum :mood, %w[happy sad]
    create_table(:values) do |t|
      t.jsonb :doc
      t.string :tags, array: true, default: []
      t.integer :numbers, array: true
      t.hstore :pairs
      t.uuid :code
      t.inet :address
      t.cidr :net
      t.macaddr :mac
      t.int4range :span
      t.daterange :days
      t.tsrange :times
      t.numrange :amounts
      t.interval :duration
      t.bit :flags, limit: 4
      t.citext :name
      t.point :place
      t.money :price
      t.timestamptz :at
      t.binary :data
      t.enum :mood, enum_type: :mood
      t.datetime :moments, array: true
    end
    assign(doc: [{ "a" => { b: 1 } }, [1, nil], "text", nil])
    assign(tags: [%w[a b], ["with, comma", "q\"uote", nil, ""], "{x,y}", nil, []])
    assign(numbers: [[1, "2", nil], [[1, 2], [3, 4]], "{5,6}"])
    assign(pairs: [{ a: 1, "b" => nil }, "\"k\"=>\"v\"", {}, nil])
    assign(code: ["A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "nonsense", "", nil])
    addressed = Value.create!(address: "192.168.1.1", net: "nonsense")
    say [addressed.reload.address.to_s, addressed.net].inspect
    assign(mac: ["08:00:2B:01:02:03"])
    assign(span: [1..5, 1...5, (1..), "[2,3]", nil])
    assign(days: [Date.new(2020, 1, 1)..Date.new(2020, 1, 5), nil])
    assign(times: [Time.utc(2020, 1, 1)..Time.utc(2020, 1, 2)])
    assign(amounts: [BigDecimal("1.5")..BigDecimal("2.5")])
    assign(duration: [3.days, "1 day 02:00:00", 90.minutes, "P1Y2M", nil])
    assign(flags: ["0101", 5, "0x5"])
    assign(name: ["MiXed"])
    assign(place: [[1, 2.5], "(3,4)", nil])
    assign(price: ["$1,234.56", 12.5, nil])
    assign(at: ["2020-01-02 03:04:05 +0200"])
    assign(data: ["bin\xFF\x00".b])
    assign(mood: ["happy", "angry", nil])
    assign(moments: [[Time.utc(2020, 1, 2, 3, 4, 5), nil]])
    record = Value.create!(tags: %w[a], pairs: { "x" => "1" }, doc: { "k" => 1 })
    record.tags << "b"
    record.pairs["y"] = "2"
    record.doc["k"] = 2
    say record.changes.inspect
    record.save!
    say Value.where(tags: %w[a b]).count.to_s
    say Value.where("? = ANY(tags)", "a").count.to_s
    say Value.where(span: nil).count.to_s
    say Value.where(name: "mixed").count.to_s
    Value.where.not(code: nil).update_all(code: "00000000-0000-0000-0000-000000000000", tags: ["z"])
    say Value.where.not(code: nil).pluck(:code, :tags).uniq.inspect
  end

  def assign(attributes)
    name, values = attributes.first
    values.each do |value|
      record = Value.new
      begin
        record[name] = value
        before = record[name]
        Value.transaction(requires_new: true) { record.save! }
        say [name, before, record.changed?, record.reload[name]].inspect
      rescue => e
        say "#{name} #{value.inspect}: #{e.class}: #{e.message.lines.first}"
      end
    end
  end
end
