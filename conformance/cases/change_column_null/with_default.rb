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

class WithDefault < ActiveRecord::Migration[8.1]
  def change
    execute "INSERT INTO users (created_at, updated_at) VALUES ('2020-01-01', '2020-01-01')"
    change_column_null :users, :name, false, "it's"
    change_column_null :users, :age, false, 0
    change_column_null :users, :age, true, 0
  end
end
