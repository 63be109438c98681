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

class Views < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE VIEW names AS SELECT name FROM users"
    say views.inspect
    say view_exists?("names").inspect
    say table_exists?("names").inspect
    say data_source_exists?("names").inspect
  end
end
