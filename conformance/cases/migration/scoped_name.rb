# file: 20240101000001_create_users.engine.rb
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :users
  end
end
