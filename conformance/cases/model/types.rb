# run: migrate
class Value < ActiveRecord::Base
end

class Types < ActiveRecord::Migration[8.1]
  def up
    create_table(:values) do |t|
      t.boolean :flag
      t.integer :small, limit: 2
      t.integer :whole
      t.bigint :big
      t.float :real
      t.decimal :money, precision: 10, scale: 2
      t.decimal :exact, precision: 20, scale: 0
      t.string :text, limit: 20
      t.text :body
      t.date :day
      t.time :clock
      t.datetime :at
      t.datetime :precise, precision: 3
      t.datetime :rough, precision: nil
      t.binary :data
      t.json :doc
    end
    assign(flag: ["1", "false", "off", "", "yes", 0, 1.0, :true, nil])
    assign(small: ["7", "7.9", "abc", "", true, false, 3.7, BigDecimal("2.5"), nil, 40_000])
    assign(whole: [" 12 ", "0x1A", "1_000", 2**31, -2**31, "9999999999", 1.day])
    assign(big: [2**62, "9223372036854775807", 2**63, Rational(7, 2)])
    assign(real: ["1.5", "1e3", "abc", 3, BigDecimal("0.1"), Float::INFINITY, nil])
    assign(money: ["12.345", 1.005, 3, "abc", BigDecimal("99999999.99"), Rational(1, 3), "", nil])
    assign(exact: ["12345678901234567890", 1.5, "x"])
    assign(text: [:symbol, 12, 1.5, true, nil, Time.utc(2020, 1, 2), "ünï", "a\u0000b".delete("\u0000")])
    assign(body: [[1, 2], { a: 1 }, BigDecimal("1.10"), Date.new(2020, 1, 2)])
    assign(day: ["2020-02-30", "2020-02-29", "29/02/2020", Time.utc(2020, 1, 2, 23), DateTime.new(2020, 1, 2), "nonsense", "", 20200102, nil])
    assign(clock: ["12:34:56", "12:34:56.789", Time.utc(2020, 1, 2, 3, 4, 5), "25:00", "", nil])
    assign(at: ["2020-01-02 03:04:05.678901", "2020-01-02T03:04:05+02:00", Time.new(2020, 1, 2, 3, 4, 5, "+09:00"), Date.new(2020, 1, 2), "2020", "x", "", nil])
    assign(precise: ["2020-01-02 03:04:05.678901", Time.utc(2020, 1, 2, 3, 4, Rational(59_999_999, 1_000_000))])
    assign(rough: ["2020-01-02 03:04:05.678901"])
    assign(data: ["bin\xFF\x00".b, "text", nil])
    assign(doc: [{ "a" => [1, nil, { b: 2 }] }, [1, "x"], "text", 5, true, nil, '{"x": 1}'])
  end

  def assign(attributes)
    name, values = attributes.first
    values.each do |value|
      record = Value.new
      begin
        record[name] = value
        before = record[name]
        Value.transaction(requires_new: true) { record.save! }
        say [name, before, record.changed?, record.reload[name], record.read_attribute_before_type_cast(name).class].inspect
      rescue => e
        say "#{name} #{value.inspect}: #{e.class}: #{e.message.lines.first}"
      end
    end
  end
end
