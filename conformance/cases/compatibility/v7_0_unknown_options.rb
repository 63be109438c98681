class V70UnknownOptions < ActiveRecord::Migration[7.0]
  def change
    create_table(:a, nonsense: 1) do |t|
      t.string :x, nonsense: 2
      t.references :y, nonsense: 3
    end
    add_column :a, :z, :string, nonsense: 4
    add_reference :a, :w, nonsense: 5
  end
end
