class CreateThings < ActiveRecord::Migration[8.1]
  def up
    create_table(:things) { |t| t.string :x }
  end

  def down
    drop_table :things
  end
end

class RevertThings < ActiveRecord::Migration[8.1]
  def change
    revert CreateThings
  end
end
