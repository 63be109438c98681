class TextLimits < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.text :t1, limit: 100
      t.text :t2, limit: 65535
      t.text :t3, limit: 65536
      t.text :t4, limit: 16777216
    end
  end
end
