class Drop < ActiveRecord::Migration[8.1]
  def change
    create_join_table :posts, :tags
    drop_join_table :posts, :tags
  end
end

class DropAgain < ActiveRecord::Migration[8.1]
  def change
    drop_join_table(:posts, :tags) { |t| t.index :post_id }
  end
end
