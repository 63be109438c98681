# run: migrate
class UnknownVersionOfRails < ActiveRecord::Migration[9.9]
  def change
    create_table :users
  end
end
