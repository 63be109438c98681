# run: migrate, migrate 0
class V51ChangeTable < ActiveRecord::Migration[5.1]
  def change
    create_table :people
    create_table :v do |t|
      t.references :person, foreign_key: true
      t.datetime :x
      t.timestamps
    end
    change_table :v do |t|
      t.string :s, index: true
      t.references :z, polymorphic: true
      t.rename :s, :s2
      t.datetime :dd
    end
    add_column :v, :y, :datetime
    add_belongs_to :v, :owner
    change_column_null :v, :y, false
    rename_table :v, :w
  end
end
