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

class IndexInColumn < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) do |t|
      t.string :x, index: true
      t.column :y, :string, index: { unique: true }
    end
  end
end
