class MissingColumn < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_table :posts
    add_foreign_key :posts, :users
  end
end
