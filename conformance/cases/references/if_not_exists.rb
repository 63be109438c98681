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

class IfNotExists < ActiveRecord::Migration[8.1]
  def change
    add_reference :posts, :user, if_not_exists: true
    add_reference :posts, :tag, if_not_exists: true, index: true
    remove_reference :posts, :missing, if_exists: true
  end
end
