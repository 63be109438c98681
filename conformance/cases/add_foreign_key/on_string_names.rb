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

class OnStringNames < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key "posts", "users", column: "user_id", primary_key: "id", name: "named", on_delete: "cascade" rescue say("strings are refused")
  end
end
