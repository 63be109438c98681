class WithoutTransaction < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def change
    create_table(:a) { |t| t.string :x }
    add_index :a, :x
  end
end
