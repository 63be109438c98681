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

class Everything < ActiveRecord::Migration[8.1]
  def change
    create_table :tags
    add_column :posts, :a, :string
    add_columns :posts, :b, :c, type: :integer
    add_index :posts, :a
    add_timestamps :tags
    add_reference :posts, :tag, foreign_key: true
    add_foreign_key :posts, :users
    add_check_constraint :posts, "id > 0", name: "positive"
    rename_column :posts, :b, :bb
    rename_index :posts, "index_posts_on_a", "by_a"
    rename_table :tags, :labels
    create_join_table :posts, :users
    change_column_null :posts, :title, false
    change_column_default :posts, :title, from: nil, to: "x"
  end
end
