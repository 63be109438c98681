# adapters: mysql2
class FirstAndAfter < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :x
      t.string :y, first: true
      t.string :z, after: :id
    end
  end
end
