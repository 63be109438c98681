class InJoinTable < ActiveRecord::Migration[8.1]
  def change
    create_table :users
    create_join_table :users, :posts do |t|
      t.references :creator, foreign_key: { to_table: :users }
      t.timestamps
    end
  end
end
