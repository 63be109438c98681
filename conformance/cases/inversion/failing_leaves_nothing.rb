class FailingLeavesNothing < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    add_column :a, :x, :string
    drop_table :missing
  end
end
