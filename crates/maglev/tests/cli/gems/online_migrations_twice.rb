class CreatePosts < ActiveRecord::Migration[8.1]
  def change
    create_table :authors
    create_table :posts do |t|
      t.string :title, index: true
      t.text :body
      t.daterange :during
      t.references :author, foreign_key: true
    end
  end
end

class Columns < ActiveRecord::Migration[8.1]
  def change
    add_column :posts, :title, :string
    add_column :posts, :kind, :string
    add_reference :posts, :author, foreign_key: true
    add_reference :posts, :editor, index: true, foreign_key: { to_table: :authors }
    add_reference :posts, :thing, polymorphic: true
  end
end

class Indexes < ActiveRecord::Migration[8.1]
  def up
    add_index :posts, :title
    add_index :posts, :kind, where: "kind IS NOT NULL"
    add_index :posts, :kind, where: "kind IS NOT NULL"
    add_index :posts, "lower(title)", name: "posts_on_lower_title"
    add_index :posts, "lower(title)", name: "posts_on_lower_title"
    add_index :posts, [:title, :kind], unique: true
    add_index :posts, [:title, :kind], unique: true
    remove_index :posts, :body
    remove_index :posts, column: [:title, :kind]
    remove_index :posts, column: [:title, :kind]
    remove_index :posts, "lower(title)", name: "posts_on_lower_title"
    remove_index :posts, name: "posts_on_lower_title"
  end
end

class Concurrently < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    add_index :posts, :body, algorithm: :concurrently
  end
end

class NoName < ActiveRecord::Migration[8.1]
  def up
    remove_index :posts
  end
end

class Keys < ActiveRecord::Migration[8.1]
  def up
    add_foreign_key :posts, :authors
    add_foreign_key :posts, :authors, column: :author_id, validate: false
    remove_foreign_key :posts, :authors, column: :author_id
    remove_foreign_key :posts, :authors, column: :author_id
    remove_foreign_key :posts, :authors, name: "nothing"
    add_foreign_key :posts, :authors, on_delete: :cascade
  end
end

class Checks < ActiveRecord::Migration[8.1]
  def up
    add_check_constraint :posts, "length(title) > 2", name: "long_title"
    add_check_constraint :posts, "length(title) > 2", name: "long_title"
    add_check_constraint :posts, "length(body) > 2"
    add_check_constraint :posts, "length(body) > 2", if_not_exists: true
    remove_check_constraint :posts, name: "long_title"
    remove_check_constraint :posts, name: "long_title"
    remove_check_constraint :posts, "length(body) > 2"
    remove_check_constraint :posts, "length(body) > 2", if_exists: true
    add_exclusion_constraint :posts, "during WITH &&", using: :gist, name: "apart"
    add_exclusion_constraint :posts, "during WITH &&", using: :gist, name: "apart"
  end
end

class Table < ActiveRecord::Migration[8.1]
  def change
    change_table :posts do |t|
      t.index :title
      t.string :kind
      t.integer :size
      t.references :author
    end
  end
end
