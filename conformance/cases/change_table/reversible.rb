class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
    end
    create_table :posts do |t|
      t.string :title
      t.text :body
      t.bigint :user_id
    end
  end
end

class Reversible < ActiveRecord::Migration[8.1]
  def change
    change_table :posts do |t|
      t.foreign_key :users
      t.check_constraint "id > 0", name: "positive"
      t.index :title
      t.change_null :title, false
      t.change_default :title, from: nil, to: "x"
      t.rename :title, :name
      t.references :tag
    end
  end
end
