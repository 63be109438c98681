class V52JoinTable < ActiveRecord::Migration[5.2]
  def change
    create_join_table(:as, :bs) { |t| t.index [:a_id, :b_id], unique: true; t.datetime :at }
  end
end
