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

class FailingMidway < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    raise "stop here"
  end
end

class FailingMidwayAgain < ActiveRecord::Migration[8.1]
  def change
    create_table(:never)
  end
end
