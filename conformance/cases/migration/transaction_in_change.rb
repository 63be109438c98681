class TransactionInChange < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    transaction do
      add_column :a, :y, :string
      add_column :a, :z, :string
    end
  end
end
