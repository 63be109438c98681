class V70RenameTable < ActiveRecord::Migration[7.0]
  def change
    create_table(:a) { |t| t.string :x, index: true }
    rename_table :a, :b
  end
end
