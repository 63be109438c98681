class ExecuteFailing < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.integer :x }
    execute "SELECT * FROM nowhere"
  end
end
