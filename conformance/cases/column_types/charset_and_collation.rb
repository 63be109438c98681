# older_rails: true
# adapters: mysql2
class CharsetAndCollation < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x, charset: "latin1"
      t.string :y, collation: "utf8mb4_bin"
      t.text :z, charset: "ascii", collation: "ascii_bin"
    end
  end
end
