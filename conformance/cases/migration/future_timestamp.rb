# run: migrate
# file: 99990101000001_create_users.rb
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :users
  end
end
