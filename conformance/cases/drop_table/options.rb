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

class Options < ActiveRecord::Migration[8.1]
  def change
    drop_table :users, force: :cascade
    drop_table :missing, if_exists: true
    drop_table :posts, if_exists: true
  end
end
