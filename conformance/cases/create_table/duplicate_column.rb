class DuplicateColumn < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.string :x
      t.integer :x
    end
  end
end
