# adapters: sqlite3
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

class Triggers < ActiveRecord::Migration[8.1]
  def change
    execute <<~SQL
      CREATE TRIGGER touch AFTER INSERT ON users BEGIN
        UPDATE users SET age = 1 WHERE id = NEW.id;
      END
    SQL
    change_column_null :users, :name, false
  end
end
