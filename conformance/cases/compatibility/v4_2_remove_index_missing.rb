# run: migrate
class V42RemoveIndexMissing < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x }
    remove_index :a, :x
  end
end
