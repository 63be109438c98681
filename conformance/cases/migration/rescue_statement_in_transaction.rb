# adapters: postgresql
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

class RescueStatementInTransaction < ActiveRecord::Migration[8.1]
  def change
    begin
      add_column :users, :name, :string
    rescue ActiveRecord::StatementInvalid => error
      say error.cause.class.name
    end
    add_column :users, :other, :string
  end
end
