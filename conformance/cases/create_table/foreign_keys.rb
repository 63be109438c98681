# older_rails: true
class ForeignKeys < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts) do |t|
      t.bigint :user_id
      t.bigint :author_id
      t.foreign_key :users
      t.foreign_key :users, column: :author_id, on_delete: :cascade, name: "the_author"
    end
  end
end
