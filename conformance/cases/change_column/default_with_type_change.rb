# adapters: postgresql
# run: migrate
class DefaultWithTypeChange < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, default: "1" }
    change_column :a, :x, :integer, default: nil, using: "x::integer"
    change_column :a, :x, :bigint, default: 5
  end
end
