# adapters: mysql2, postgresql
# run: migrate
class ToMissingTable < ActiveRecord::Migration[8.1]
  def change
    create_table(:posts) { |t| t.bigint :user_id }
    add_foreign_key :posts, :users
  end
end
