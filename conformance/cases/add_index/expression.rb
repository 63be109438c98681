# older_rails: true
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

class Expression < ActiveRecord::Migration[8.1]
  def change
    add_index :users, "lower(name)", name: "lowered"
  end
end
