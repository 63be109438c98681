# run: migrate 7, up 7, down 7
class UnknownVersion < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end
end
