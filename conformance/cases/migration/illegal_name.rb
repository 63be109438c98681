# run: migrate
# file: 20240101000001_CreateUsers.rb
class CreateUsers < ActiveRecord::Migration[8.1]
end
