# run: migrate
class V52DuplicateColumn < ActiveRecord::Migration[5.2]
  def change
    create_table(:a) do |t|
      t.string :x
      t.integer :x
    end
  end
end
