class UpAndDown < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
  end

  def down
    drop_table :a
  end
end
