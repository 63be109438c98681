# adapters: mysql2
# run: migrate
class DatabaseQualified < ActiveRecord::Migration[8.1]
  def change
    create_table("information.items") { |t| t.string :x }
  end
end
