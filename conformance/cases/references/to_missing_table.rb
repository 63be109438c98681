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

class ToMissingTable < ActiveRecord::Migration[8.1]
  def change
    add_reference :posts, :category, foreign_key: true
  end
end
