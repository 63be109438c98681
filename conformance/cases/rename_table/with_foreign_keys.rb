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

class WithForeignKeys < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users
    rename_table :users, :people
    rename_table :posts, :articles
  end
end
