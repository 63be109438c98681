class References < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts) do |t|
      t.references :user
      t.belongs_to :author, foreign_key: { to_table: :users }
      t.references :owner, polymorphic: true
      t.references :editor, index: false, null: false
      t.references :reviewer, index: { unique: true, name: "by_reviewer" }, foreign_key: { to_table: :users, on_delete: :nullify }
      t.references :a, :b, type: :integer
    end
  end
end
