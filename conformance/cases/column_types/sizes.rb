# older_rails: true
# adapters: mysql2
class Sizes < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.text :t1, size: :tiny
      t.text :t2, size: :medium
      t.text :t3, size: :long
      t.binary :b1, size: :tiny
      t.binary :b2, size: :medium
      t.binary :b3, size: :long
      t.tinytext :t4
      t.mediumtext :t5
      t.longtext :t6
      t.tinyblob :b4
      t.mediumblob :b5
      t.longblob :b6
      t.blob :b7, size: :long
    end
  end
end
