# older_rails: true
class Defaults < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :s1, default: ""
      t.string :s2, default: "it's \\ \"quoted\""
      t.string :s3, default: nil
      t.string :s4, default: 5
      t.string :s5, default: :sym
      t.integer :i1, default: 0
      t.integer :i2, default: "42"
      t.integer :i3, default: -1
      t.bigint :i4, default: 9_223_372_036_854_775_807
      t.boolean :b1, default: true
      t.boolean :b2, default: false, null: false
      t.boolean :b3, default: "f"
      t.boolean :b4, default: 1
      t.float :f1, default: 1.25
      t.float :f2, default: 1
      t.decimal :d1, default: 0, precision: 8, scale: 2
      t.date :dt1, default: "2020-02-29"
      t.date :dt2, default: Date.new(2020, 2, 29)
      t.time :tm, default: "12:30:00"
      t.datetime :ts1, default: "2020-02-29 01:02:03"
      t.datetime :ts2, default: Time.utc(2020, 2, 29, 1, 2, 3)
    end
  end
end
