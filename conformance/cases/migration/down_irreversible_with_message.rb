class DownIrreversibleWithMessage < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
  end

  def down
    raise ActiveRecord::IrreversibleMigration, "no way back"
  end
end
