# adapters: mysql2, postgresql
# run: migrate
class ToColumnWithoutKey < ActiveRecord::Migration[8.1]
  def change
    create_table(:users) { |t| t.string :email }
    create_table(:posts) { |t| t.string :user_email }
    add_foreign_key :posts, :users, column: :user_email, primary_key: :email
  end
end
