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

class RemoveCheckConstraintWithoutExpression < ActiveRecord::Migration[8.1]
  def change
    add_check_constraint :users, "age > 0", name: "positive"
  end
end

class RemoveCheckConstraintWithoutExpressionAgain < ActiveRecord::Migration[8.1]
  def change
    remove_check_constraint :users, name: "positive"
  end
end
