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

class BulkAdds < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.timestamps precision: nil rescue nil
      t.string :a, :b, null: false, default: ""
      t.references :owner, polymorphic: true
      t.index [:a, :b], unique: true, name: "both"
      t.check_constraint "age > 0", name: "positive"
    end
  end
end
