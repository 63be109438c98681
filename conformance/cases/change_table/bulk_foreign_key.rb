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

class BulkForeignKey < ActiveRecord::Migration[8.1]
  def change
    change_table :posts, bulk: true do |t|
      t.foreign_key :users
      t.string :x
    end
  end
end
