class V42Bulk < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x }
    change_table :a, bulk: true do |t|
      t.timestamps
      t.references :user, index: true
      t.rename :x, :y
    end
  end
end
