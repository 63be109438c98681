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

class StatementErrors < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (id, created_at, updated_at) VALUES (1, '2020-01-01', '2020-01-01')"
    execute "INSERT INTO users (id, created_at, updated_at) VALUES (1, '2020-01-01', '2020-01-01')"
  end
end
