# older_rails: true
# adapters: postgresql
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

class Validate < ActiveRecord::Migration[8.1]
  def change
    add_foreign_key :posts, :users, validate: false
  end
end

class ValidateAgain < ActiveRecord::Migration[8.1]
  def up
    validate_foreign_key :posts, :users
    validate_foreign_key :posts, name: "fk_rails_5b5ddfd518"
  end

  def down
  end
end
