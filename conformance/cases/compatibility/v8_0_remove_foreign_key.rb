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

class V80RemoveForeignKey < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users
  end
end

class V80RemoveForeignKeyAgain < ActiveRecord::Migration[8.0]
  def change
    remove_foreign_key :posts, :users, column: :user_id
  end
end
