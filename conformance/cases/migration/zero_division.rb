# run: migrate
class ZeroDivision < ActiveRecord::Migration[8.1]
  def up
    create_table :a
    1 / 0
  end
end
