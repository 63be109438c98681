# run: migrate
# file: 20240101000001_create_users.rb
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :users
  end
end
# file: 20240101000002_create_users.rb
class CreateUsers < ActiveRecord::Migration[8.1]
  def change
    create_table :others
  end
end
