class RevertNested < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    revert do
      add_column :a, :y, :string if false
      revert { add_column :a, :z, :string }
    end
  end
end
