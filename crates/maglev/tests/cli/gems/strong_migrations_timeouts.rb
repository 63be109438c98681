class Limited < ActiveRecord::Migration[8.1]
  def change
    create_table :posts
    add_index :posts, :id, name: "by_id"
    add_reference :posts, :author, index: false
    add_reference :posts, :blog
  end
end

class LimitedInUp < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    safety_assured { execute "SELECT 1" }
    add_index :posts, :author_id, algorithm: :concurrently
  end

  def down
    remove_index :posts, :author_id
  end
end
