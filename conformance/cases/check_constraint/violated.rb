# run: migrate
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps
    end
  end
end

class Violated < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (age, created_at, updated_at) VALUES (-1, '2020-01-01', '2020-01-01')"
    add_check_constraint :users, "age > 0", name: "positive"
  end
end
