class WithoutTransaction < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:a) { |t| t.string :x }
    execute "SELECT * FROM nowhere"
  end
end
