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

class StringNamesAndTypes < ActiveRecord::Migration[8.1]
  def change
    add_column "users", "a", "string", limit: 10
    add_column "users", "b", "datetime"
    add_column "users", "c", "boolean", default: false
    add_column "users", "d", "references"
  end
end
