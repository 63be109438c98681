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

class ReturnValues < ActiveRecord::Migration[8.1]
  def change
    say add_column(:users, :a, :string).inspect.class.name
    say add_index(:users, :a).class.name
    say create_table(:b).class.name
    say say("inner").inspect
    say say_with_time("timed") { :result }.inspect
    say table_exists?(:users).class.name
  end
end
