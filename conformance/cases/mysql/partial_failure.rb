# adapters: mysql2
# run: migrate
class PartialFailure < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    add_column :a, :x, :string
    create_table :a
  end
end
