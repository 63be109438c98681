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

class AllMethods < ActiveRecord::Migration[8.1]
  def change
    change_table :posts do |t|
      t.change :title, :text
      t.change_default :body, nil if t.column_exists?(:body)
      t.change_null :title, false
      t.foreign_key :users
      t.check_constraint "id > 0", name: "positive"
      t.index :user_id
      t.rename_index "index_posts_on_user_id", "by_user"
      t.remove_index name: "by_user"
      t.remove_check_constraint name: "positive"
      t.remove_foreign_key :users
      t.belongs_to :tag, index: false
      t.remove_belongs_to :tag
      t.remove :body
      say t.index_exists?(:user_id).inspect
      say t.name.inspect
    end
  end
end
