# older_rails: true
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

class Validate < ActiveRecord::Migration[8.1]
  def change
    add_check_constraint :users, "age > 0", name: "positive", validate: false
  end
end

class ValidateAgain < ActiveRecord::Migration[8.1]
  def up
    validate_check_constraint :users, name: "positive"
  end

  def down
  end
end
