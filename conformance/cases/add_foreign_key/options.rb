# older_rails: true
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
    end
    create_table :posts do |t|
      t.string :title
      t.text :body
      t.bigint :user_id
    end
  end
end

class Options < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users, column: :user_id, primary_key: :id, on_delete: :cascade, on_update: :nullify, name: "posts_to_users"
  end
end
