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
    add_check_constraint :users, "age > 0"
    add_check_constraint :users, "age < 200", name: "young"
  end
end
