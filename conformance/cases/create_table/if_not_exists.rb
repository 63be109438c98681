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
    create_table(:users, if_not_exists: true) { |t| t.string :nick }
    create_table(:others, if_not_exists: true) { |t| t.string :nick, index: true }
  end
end
