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

class Options < ActiveRecord::Migration[8.1]
  def change
    add_reference :posts, :owner, polymorphic: true, index: true
    add_reference :posts, :editor, foreign_key: { to_table: :users }, type: :bigint
    add_reference :posts, :thing, polymorphic: { limit: 40, null: false, default: "x" }, index: { name: "thing_index", unique: true }
    add_reference :posts, :cat, index: false
  end
end
