# run: migrate
class V70UnknownOptionsOfChange < ActiveRecord::Migration[7.0]
  def change
    create_table(:a) { |t| t.string :x }
    change_column :a, :x, :text, nonsense: 6
    change_table(:a) { |t| t.change :x, :string, nonsense: 7 }
  end
end
