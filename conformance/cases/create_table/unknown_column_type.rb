class UnknownColumnType < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.strang :x }
  end
end
