# run: migrate, migrate 0
# table_name_prefix: app_
class PrefixWithForeignKeys < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_table(:posts) { |t| t.bigint :user_id }
    add_foreign_key :posts, :users
    change_table(:posts) { |t| t.string :x }
    add_reference :posts, :owner, foreign_key: { to_table: :users }
    say table_exists?(:users).inspect
    say connection.table_exists?(:users).inspect
  end
end
