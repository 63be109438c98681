# adapters: postgresql
class AddTagConcurrently < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    create_table :tags
    create_table :posts
    add_reference :posts, :tag, index: { algorithm: :concurrently }, foreign_key: { validate: false }
  end
end
