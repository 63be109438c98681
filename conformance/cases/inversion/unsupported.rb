class Unsupported < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    select_value "SELECT 1"
  end
end
