class V42JoinTable < ActiveRecord::Migration[4.2]
  def change
    create_join_table :as, :bs
    create_join_table(:cs, :ds) { |t| t.index :c_id }
  end
end
