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

class Types < ActiveRecord::Migration[8.1]
  def change
    add_reference :posts, :a, type: :integer
    add_reference :posts, :b, type: :string, limit: 36
    add_reference :posts, :c, type: :uuid
  end
end
