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

class BulkDefaults < ActiveRecord::Migration[8.1]
  def change
    change_table :users, bulk: true do |t|
      t.change_default :age, from: nil, to: 3
      t.change_null :name, false
      t.change :email, :string, limit: 50, default: "none"
      t.rename :age, :years
    end
  end
end
