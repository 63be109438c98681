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

class Plain < ActiveRecord::Migration[8.1]
  def change
    change_column_default :users, :name, "x"
    change_column_default :users, :age, 5
    change_column_default :users, :age, nil
    change_column_default :users, :email, -> { "('a')" }
  end
end
