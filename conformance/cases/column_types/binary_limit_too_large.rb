class BinaryLimitTooLarge < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.binary :t, limit: 5_000_000_000 }
  end
end
