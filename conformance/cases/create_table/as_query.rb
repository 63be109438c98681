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

class AsQuery < ActiveRecord::Migration[8.1]
  def change
    create_table(:titles, as: "SELECT id, title FROM posts WHERE id > 0")
    create_table(:others, temporary: true, as: "SELECT 1 AS one")
  end
end
