# new_database: true
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

class Tables < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (name) VALUES ('a')"
    connection.truncate("posts")
    connection.truncate_tables("users", "posts")
    say select_value("SELECT COUNT(*) FROM users").inspect
  end
end
