class CreateJoins < ActiveRecord::Migration[5.0]
  def change
    create_join_table :users, :groups, table_name: "memberships"
    create_join_table :users, :roles, column_options: { null: true }, table_name: "jobs"
    create_join_table :users, :teams, column_options: { type: :bigint } do |t|
      t.index :user_id
    end
  end
end
