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

class WithOptions < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name, unique: true, name: "by_name"
  end
end

class WithOptionsAgain < ActiveRecord::Migration[8.1]
  def change
    remove_index :users, :name, unique: true, name: "by_name"
  end
end
