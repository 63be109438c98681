class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
    end
    create_table :posts do |t|
      t.string :title
      t.text :body
      t.bigint :user_id
    end
  end
end

class ForeignKeyOptions < ActiveRecord::Migration[8.1]
  def change
    create_table :categories
    add_reference :posts, :category, foreign_key: { on_delete: :cascade, name: "fk_cat" }, null: true, comment: "where it belongs"
  end
end
