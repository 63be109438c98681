# adapters: sqlite3, postgresql
class V70ForeignKeyDeferrable < ActiveRecord::Migration[7.0]
  def change
    create_table :users
    create_table(:posts) { |t| t.bigint :user_id }
    add_foreign_key :posts, :users, deferrable: true
  end
end
