class CreateThings < ActiveRecord::Migration[8.1]
  def change
    create_table(:things) { |t| t.string :x }
  end
end

class RunAgain < ActiveRecord::Migration[8.1]
  def up
    run CreateThings, direction: :down
    run CreateThings
  end

  def down
    run CreateThings, revert: true
    run CreateThings, direction: :up
  end
end
