# adapters: mysql2
class SizeUnknown < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.text :x, size: :huge }
  end
end
