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

class ArrayAndStrings < ActiveRecord::Migration[8.1]
  def change
    add_reference "posts", "tag", index: true
    add_reference :posts, :a, null: false, default: 0, index: { unique: true, name: :a_index }
    remove_reference "posts", "tag", index: true
  end
end
