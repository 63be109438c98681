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

class Conditions < ActiveRecord::Migration[8.1]
  def change
    add_index :users, :name
    add_index :users, [:name, :email], unique: true, name: "both"
    say table_exists?(:users).inspect
    say table_exists?("missing").inspect
    say data_source_exists?(:users).inspect
    say column_exists?(:users, :name).inspect
    say column_exists?(:users, :name, :string).inspect
    say column_exists?(:users, :name, :integer).inspect
    say column_exists?(:users, :name, :string, null: true, default: nil).inspect
    say column_exists?(:users, :missing).inspect
    say index_exists?(:users, :name).inspect
    say index_exists?(:users, [:name, :email]).inspect
    say index_exists?(:users, [:name, :email], unique: true).inspect
    say index_exists?(:users, :name, unique: true).inspect
    say index_exists?(:users, [:name, :email], name: "both").present?.inspect
    say index_exists?(:users, :email).inspect
    say (index_name_exists?(:users, "both") ? "there" : "not there")
    say foreign_key_exists?(:users, :posts).inspect
    say view_exists?("users").inspect
    say check_constraint_exists?(:users, name: "x").inspect
    add_column :users, :name, :string unless column_exists?(:users, :name)
    drop_table :missing if table_exists?(:missing)
  end
end
