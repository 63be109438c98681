class PrimaryKeyRedefined < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.integer :id }
  end
end
