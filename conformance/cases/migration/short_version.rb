# file: 001_create_users.rb
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :users
  end
end
# file: 10_create_posts.rb
class CreatePosts < ActiveRecord::Migration[8.1]
  def change
    create_table :posts
  end
end
