# adapters: mysql2, postgresql
# run: migrate
class ToMissingColumn < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts) { |t| t.string :user_email }
    add_foreign_key :posts, :users, column: :user_email, primary_key: :email
  end
end
