# run: migrate
class ThrowAndExit < ActiveRecord::Migration[8.1]
  def up
    create_table :a
    throw :nothing
  end
end
