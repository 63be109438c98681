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

class Plain < ActiveRecord::Migration[8.1]
  def change
    add_column :users, :nick, :string
    add_column "users", "score", "integer", default: 0, null: false
    add_column :users, :bio, :text, comment: "about"
  end
end
