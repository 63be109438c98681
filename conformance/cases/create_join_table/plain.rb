# older_rails: true
class Plain < ActiveRecord::Migration[8.1]
  def change
    create_join_table :posts, :tags
    create_join_table :users, :roles do |t|
      t.index [:user_id, :role_id]
      t.index :role_id
      t.string :note
    end
  end
end
