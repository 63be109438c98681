# adapters: postgresql
# run: migrate
class ToColumnWithPartialKey < ActiveRecord::Migration[8.1]
  def change
    create_table(:users) { |t| t.string :email }
    add_index :users, :email, unique: true, where: "email IS NOT NULL"
    create_table(:posts) { |t| t.string :user_email }
    add_foreign_key :posts, :users, column: :user_email, primary_key: :email
  end
end
