# run: migrate
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

class AsQueryWithOptions < ActiveRecord::Migration[8.1]
  def change
    create_table(:titles, id: false, as: "SELECT title FROM posts", options: "")
  end
end
