# adapters: postgresql
class AddIndexConcurrently < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    create_table(:users) { |t| t.string :name; t.string :email }
    add_index :users, :name, algorithm: :concurrently
    add_index :users, [:name, :email], algorithm: :concurrently, if_not_exists: true, unique: true
    remove_index :users, :name, algorithm: :concurrently
  end
end
