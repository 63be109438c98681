# adapters: postgresql
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

class DeferredChecking < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users, deferrable: :deferred
    execute "INSERT INTO posts (title, user_id) VALUES ('a', 99)"
  end
end
