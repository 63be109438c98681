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

class RevertBlock < ActiveRecord::Migration[8.1]
  def change
    revert do
      add_column :users, :temporary, :string
      remove_column :users, :name, :string
    end rescue say("no")
  end
end
