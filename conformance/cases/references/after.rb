# adapters: mysql2
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

class After < ActiveRecord::Migration[8.1]
  def change
    add_reference :posts, :tag, after: :title, index: { length: nil }
    add_reference :posts, :owner, polymorphic: true, first: true
  end
end
