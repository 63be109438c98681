# adapters: postgresql
# run: migrate
class WithDependents < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_table(:posts) { |t| t.references :user, foreign_key: true }
    execute "CREATE VIEW names AS SELECT id FROM users"
    drop_table :users, force: :cascade
  end
end
