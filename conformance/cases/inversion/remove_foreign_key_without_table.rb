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

class RemoveForeignKeyWithoutTable < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users
  end
end

class RemoveForeignKeyWithoutTableAgain < ActiveRecord::Migration[8.1]
  def change
    remove_foreign_key :posts, column: :user_id
  end
end
