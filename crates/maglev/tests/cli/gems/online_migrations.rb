class CreatePosts < ActiveRecord::Migration[8.1]
  def change
    create_table :authors
    create_table :posts do |t|
      t.string :title
      t.text :body
      t.string :slug, null: false
    end
  end
end

class AddWithDefault < ActiveRecord::Migration[8.1]
  def change
    add_column_with_default :posts, :draft, :boolean, default: false, null: false
    add_column_with_default :posts, :kind, :string, default: "note", limit: 20
  end
end

class NotNull < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    add_not_null_constraint :posts, :title
    add_not_null_constraint :posts, :body, name: "body_there", validate: false
    add_text_limit_constraint :posts, :title, 80
    add_text_limit_constraint :posts, :body, 8000, name: "body_short", validate: false
  end
end

class Validate < ActiveRecord::Migration[8.1]
  def up
    validate_not_null_constraint :posts, :body, name: "body_there"
    validate_text_limit_constraint :posts, :body, name: "body_short"
    add_not_null_constraint :posts, :slug
    add_text_limit_constraint :posts, :title, 80
    remove_not_null_constraint :posts, :title
    remove_text_limit_constraint :posts, :title
  end

  def down
    add_not_null_constraint :posts, :title, validate: false
  end
end

class References < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    add_reference_concurrently :posts, :author, null: true, foreign_key: true
    add_reference_concurrently :posts, :owner, polymorphic: true
    add_reference_concurrently :posts, :editor, index: { name: "by_editor" }, foreign_key: { to_table: :authors, validate: false }
  end
end

class Irreversible < ActiveRecord::Migration[8.1]
  def change
    remove_text_limit_constraint :posts, :body
  end
end
