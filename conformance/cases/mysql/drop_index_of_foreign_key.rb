# adapters: mysql2
# run: migrate
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

class DropIndexOfForeignKey < ActiveRecord::Migration[8.1]
  def change
    add_index :posts, :user_id
    add_foreign_key :posts, :users
    remove_index :posts, :user_id
  end
end
