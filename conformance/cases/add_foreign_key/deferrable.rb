# older_rails: true
# adapters: sqlite3, postgresql
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

class Deferrable < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users, deferrable: :deferred
  end
end
