class LongestNames < ActiveRecord::Migration[8.1]
  def change
    create_table("a" * 60) { |t| t.string "b" * 60, index: true }
  end
end
