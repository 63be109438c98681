# adapters: mysql2, postgresql
# run: migrate
class TypeMismatch < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts) { |t| t.string :user_id }
    add_foreign_key :posts, :users
  end
end
