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

class DropTableIfExists < ActiveRecord::Migration[8.1]
  def change
    drop_table(:users, if_exists: true) { |t| t.string :name }
  end
end
