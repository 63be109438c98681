class ExecuteIrreversible < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.integer :x }
    execute "INSERT INTO a (x) VALUES (1)"
  end
end
