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

class Force < ActiveRecord::Migration[8.1]
  def change
    create_table(:users, force: true) { |t| t.string :nick }
  end
end

class ForceAgain < ActiveRecord::Migration[8.1]
  def change
    create_table(:users, force: :cascade) { |t| t.string :other }
  end
end
