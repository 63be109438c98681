# adapters: mysql2, postgresql
# run: migrate
class TypeMismatch < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table :posts do |t|
      t.string :title
      t.references :user, type: :string, foreign_key: true
    end
  end
end
