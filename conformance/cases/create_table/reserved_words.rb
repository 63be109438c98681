# older_rails: true
class ReservedWords < ActiveRecord::Migration[8.1]
  def change
    create_table(:order) do |t|
      t.string :group, index: true
      t.integer :select, null: false, default: 1
      t.string :"odd name"
    end
  end
end
