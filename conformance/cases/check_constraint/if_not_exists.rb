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

class IfNotExists < ActiveRecord::Migration[8.1]
  def change
    add_check_constraint :users, "age > 0", name: "positive"
    add_check_constraint :users, "age > 0", name: "positive", if_not_exists: true
    remove_check_constraint :users, name: "missing", if_exists: true
  end
end
