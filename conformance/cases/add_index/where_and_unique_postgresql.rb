# adapters: postgresql
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

class WhereAndUniquePostgresql < ActiveRecord::Migration[8.1]
  def change
    add_index :users, [:name, :email], unique: true, where: "age IS NOT NULL", using: :btree, name: "all_options", include: [:age], comment: "it's"
  end
end
