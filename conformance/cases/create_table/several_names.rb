class SeveralNames < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x, :y, "z", null: false, limit: 30
      t.integer
    end
  end
end
