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

class IfExists < ActiveRecord::Migration[8.1]
  def change
    remove_foreign_key :posts, :users, if_exists: true
    remove_foreign_key :posts, :users, column: :user_id, if_exists: true
  end
end
