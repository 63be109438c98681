# run: migrate
class ReturnEarly < ActiveRecord::Migration[8.1]
  def up
    create_table :a
    return if table_exists?(:a)
    create_table :b
  end
end
