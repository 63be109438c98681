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

class InsertAndReturning < ActiveRecord::Migration[8.1]
  def change
    id = connection.insert("INSERT INTO users (name) VALUES ('a')")
    say id.inspect
    execute "INSERT INTO posts (title, user_id) VALUES ('t', #{id})"
    say connection.exec_insert("INSERT INTO users (name) VALUES ('b')").class.name
    say connection.exec_update("UPDATE users SET name = 'c'").inspect
    say connection.exec_delete("DELETE FROM users WHERE name = 'zzz'").inspect
  end
end
