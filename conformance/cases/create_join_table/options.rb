class Options < ActiveRecord::Migration[8.1]
  def change
    create_join_table :posts, :tags, table_name: "taggings", column_options: { null: true, index: true }
    create_join_table "music_artists", "music_records"
    create_join_table :roles, :users, column_options: { type: :uuid }, force: true
    create_join_table :apples, :bears, column_options: { foreign_key: false }, comment: "joined"
  end
end
