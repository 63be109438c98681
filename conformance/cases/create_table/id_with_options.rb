class IdWithOptions < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :integer, limit: 8) { |t| t.string :x }
    create_table(:b, id: :integer, default: 5) { |t| t.string :x }
    create_table(:c, id: { type: :integer, default: nil }) { |t| t.string :x }
  end
end
