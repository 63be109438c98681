class V50ChangeTable < ActiveRecord::Migration[5.0]
  def change
    create_table(:a)
    change_table(:a) do |t|
      t.references :user
      t.belongs_to :owner, polymorphic: true, index: true
      t.datetime :d
      t.timestamps null: true
    end
  end
end
