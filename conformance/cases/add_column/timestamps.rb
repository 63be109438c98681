class Timestamps < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    add_timestamps :a, null: true
    create_table :b
    add_timestamps :b, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
    create_table :c
    add_timestamps :c
  end
end
