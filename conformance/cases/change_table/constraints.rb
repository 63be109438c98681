# adapters: postgresql
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

class Constraints < ActiveRecord::Migration[8.1]
  def change
    change_table :users do |t|
      t.unique_constraint [:name], name: "once"
      t.exclusion_constraint "int4range(age, age + 1) WITH &&", using: :gist, name: "apart"
      t.check_constraint "age > 0", name: "positive", validate: false
      t.validate_constraint "positive"
      t.validate_check_constraint name: "positive"
      t.remove_unique_constraint name: "once"
      t.remove_exclusion_constraint name: "apart"
    end
  end
end
