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

class DisableReferentialIntegrity < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users
    connection.disable_referential_integrity { execute "INSERT INTO posts (title, user_id) VALUES ('a', 99)" }
  end
end
