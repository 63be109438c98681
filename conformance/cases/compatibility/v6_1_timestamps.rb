class V61Timestamps < ActiveRecord::Migration[6.1]
  def change
    create_table :a
    add_timestamps :a, null: true
    create_table(:b) { |t| t.timestamps precision: 3, null: true }
  end
end
