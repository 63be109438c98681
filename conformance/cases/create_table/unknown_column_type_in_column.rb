class UnknownColumnTypeInColumn < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.column :x, :strang }
  end
end
