# adapters: mysql2, postgresql
# run: migrate
class IntegerToBigint < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:teams)
    create_table :posts do |t|
      t.references :team, foreign_key: true
      t.references :user, type: :integer, foreign_key: true
    end
  end
end
