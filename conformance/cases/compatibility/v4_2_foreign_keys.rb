class V42ForeignKeys < ActiveRecord::Migration[4.2]
  def change
    create_table :users
    create_table(:posts) { |t| t.references :user, index: true, foreign_key: true; t.references :editor }
    add_foreign_key :posts, :users, column: :editor_id
  end
end
