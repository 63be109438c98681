# adapters: postgresql
# run: migrate
class UuidToBigint < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:posts)
    add_reference :posts, :user, type: :uuid, foreign_key: true
  end
end
