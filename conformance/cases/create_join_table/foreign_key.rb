class ForeignKey < ActiveRecord::Migration[8.1]
  def change
    create_table :posts
    create_table :tags
    create_join_table :posts, :tags, column_options: { foreign_key: true }
  end
end
