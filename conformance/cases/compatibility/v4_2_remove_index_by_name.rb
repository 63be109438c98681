# run: migrate
class V42RemoveIndexByName < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x }
    add_index :a, :x, name: "by_x"
    remove_index :a, name: "by_x"
    add_index :a, :x, name: "by_x"
    remove_index :a, name: :by_x
  end
end
