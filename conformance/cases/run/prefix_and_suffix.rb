# older_rails: true
# run: migrate, migrate 0
# table_name_prefix: app_
# table_name_suffix: _v1
class PrefixAndSuffix < ActiveRecord::Migration[8.1]
  def change
    create_table(:users) { |t| t.string :name, index: true }
    create_table(:posts) { |t| t.references :user, foreign_key: true }
    add_column :users, :x, :string
    rename_table :users, :people
    create_join_table :tags, :topics
    add_foreign_key :posts, :tags, column: :user_id rescue say("no")
    execute "SELECT 1"
    remove_foreign_key :posts, :people
  end
end
