# adapters: sqlite3, postgresql
# run: migrate
class PrimaryKey < ActiveRecord::Migration[8.1]
  def change
    create_table(:users, id: :integer)
    change_column :users, :id, :bigint
  end
end
