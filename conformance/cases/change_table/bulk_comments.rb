# adapters: mysql2, postgresql
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

class BulkComments < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.string :a, comment: "it's a"
      t.change :name, :string, comment: "renamed"
    end
  end
end
