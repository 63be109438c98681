class Timestamps < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.timestamps }
    create_table(:b) { |t| t.timestamps null: true }
    create_table(:c) { |t| t.timestamps precision: nil }
    create_table(:d) { |t| t.timestamps precision: 3, index: true }
    create_table(:e) { |t| t.timestamps default: -> { "CURRENT_TIMESTAMP" }, precision: nil }
  end
end
