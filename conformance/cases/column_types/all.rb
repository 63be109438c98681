# older_rails: true
class All < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.bigint :t_bigint
      t.binary :t_binary
      t.blob :t_blob
      t.boolean :t_boolean
      t.date :t_date
      t.datetime :t_datetime
      t.decimal :t_decimal
      t.numeric :t_numeric
      t.float :t_float
      t.integer :t_integer
      t.json :t_json
      t.string :t_string
      t.text :t_text
      t.time :t_time
      t.timestamp :t_timestamp
    end
  end
end
