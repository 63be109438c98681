class MissingTable < ActiveRecord::Migration[8.1]
  def change
    change_table(:missing) { |t| t.string :x }
  end
end
