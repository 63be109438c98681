class V52Transaction < ActiveRecord::Migration[5.2]
  def change
    create_table :a
    transaction { add_column :a, :x, :string }
  end
end
