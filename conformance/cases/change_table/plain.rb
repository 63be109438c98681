class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps
    end
  end
end

class Plain < ActiveRecord::Migration[8.1]
  def change
    change_table :users do |t|
      t.string :nick, :other, limit: 40
      t.column :score, :integer, default: 0
      t.index :nick, unique: true
      t.rename :name, :full_name
      t.remove :email, type: :string
      t.references :company
      t.timestamps null: true, precision: nil rescue say("twice")
    end
  end
end
