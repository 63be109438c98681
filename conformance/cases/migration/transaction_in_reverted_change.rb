class TransactionInRevertedChange < ActiveRecord::Migration[8.1]
  def change
    create_table :t1
    transaction do
      create_table :t2
      add_column :t1, :x, :string
    end
    add_column :t1, :y, :integer
  end
end
