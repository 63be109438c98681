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

class WithIndexes < ActiveRecord::Migration[8.1]
  def change
    add_index :posts, :title
    add_index :posts, [:title, :user_id], unique: true
    add_index :posts, :user_id, name: "custom"
    rename_table :posts, :articles
  end
end
