# run: migrate
# file: 20240101000001_create_users.rb
class CreateUser < ActiveRecord::Migration[8.1]
  def change
    create_table :users
  end
end
