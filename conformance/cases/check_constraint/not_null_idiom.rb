# adapters: postgresql
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

class NotNullIdiom < ActiveRecord::Migration[8.1]
  def change
    add_check_constraint :users, "name IS NOT NULL", name: "users_name_null", validate: false
  end
end

class NotNullIdiomAgain < ActiveRecord::Migration[8.1]
  def up
    validate_check_constraint :users, name: "users_name_null"
    change_column_null :users, :name, false
    remove_check_constraint :users, name: "users_name_null"
  end

  def down
    add_check_constraint :users, "name IS NOT NULL", name: "users_name_null", validate: false
    change_column_null :users, :name, true
  end
end
