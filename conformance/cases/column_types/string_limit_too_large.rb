# adapters: mysql2
class StringLimitTooLarge < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, limit: 100_000 }
  end
end
