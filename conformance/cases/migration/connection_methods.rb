class ConnectionMethods < ActiveRecord::Migration[8.1]
  def change
    connection.create_table(:a) { |t| t.string :x }
    connection.add_column :a, :y, :integer
    connection.execute "INSERT INTO a (x) VALUES ('1')"
    ActiveRecord::Base.connection.add_index :a, :x
    ActiveRecord::Base.connection.execute "DELETE FROM a"
  end
end
