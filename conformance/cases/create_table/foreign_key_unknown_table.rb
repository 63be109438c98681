class ForeignKeyUnknownTable < ActiveRecord::Migration[8.1]
  def change
    create_table(:posts) do |t|
      t.bigint :user_id
      t.foreign_key :users
    end
  end
end
