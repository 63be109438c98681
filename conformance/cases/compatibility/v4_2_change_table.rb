class V42ChangeTable < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x }
    change_table :a do |t|
      t.timestamps
      t.references :user
      t.index :x
      t.datetime :seen_at
    end
  end
end
