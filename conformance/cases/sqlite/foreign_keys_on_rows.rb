# adapters: sqlite3
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

class ForeignKeysOnRows < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users
    execute "INSERT INTO users (id, name) VALUES (1, 'a')"
    execute "INSERT INTO posts (title, user_id) VALUES ('t', 1)"
    change_column_null :posts, :title, false
    add_index :posts, :title, where: "user_id > 0"
    rename_column :posts, :title, :name
    remove_column :posts, :body, :text
    add_column :posts, :x, :string, null: false, default: "y"
  end
end
