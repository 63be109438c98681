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

class DuplicateValues < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (name, created_at, updated_at) VALUES ('a', '2020-01-01', '2020-01-01'), ('a', '2020-01-01', '2020-01-01')"
    add_index :users, :name, unique: true
  end
end
