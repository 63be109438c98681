class UpWithoutDown < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
  end
end
