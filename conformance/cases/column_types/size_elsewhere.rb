# adapters: sqlite3, postgresql
class SizeElsewhere < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.text :x, size: :medium }
  end
end
