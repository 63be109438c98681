class IntegerLimitTooLarge < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.integer :i, limit: 16 }
  end
end
