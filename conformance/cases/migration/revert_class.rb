class CreateThings < ActiveRecord::Migration[8.1]
  def change
    create_table(:things) { |t| t.string :x }
    add_index :things, :x
  end
end

class RevertThings < ActiveRecord::Migration[8.1]
  def change
    revert CreateThings
    create_table(:others) { |t| t.string :y }
  end
end
