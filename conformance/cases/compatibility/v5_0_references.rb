class V50References < ActiveRecord::Migration[5.0]
  def change
    create_table :a
    create_table :users
    add_reference :a, :user, foreign_key: true
    add_belongs_to :a, :owner, polymorphic: true, index: true
    add_reference :a, :big, type: :bigint
    create_join_table :users, :groups
    create_join_table :as, :bs, column_options: { type: :bigint }
  end
end
