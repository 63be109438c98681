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

class TooLong < ActiveRecord::Migration[8.1]
  def change
    rename_table :users, "u" * 70
  end
end
