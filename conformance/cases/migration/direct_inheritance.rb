# run: migrate
class CreateUsers < ActiveRecord::Migration
  def change
    create_table(:users) { |t| t.string :name; t.timestamps }
  end
end
