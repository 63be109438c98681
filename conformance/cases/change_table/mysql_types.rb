# adapters: mysql2
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

class MysqlTypes < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) do |t|
      t.mediumtext :long
      t.unsigned_integer :count, after: :name
    end
  end
end
