class V70TooLongIndexName < ActiveRecord::Migration[7.0]
  def change
    create_table :table_with_a_considerably_long_name do |t|
      t.string :first_considerably_long_column
      t.string :second_considerably_long_column
    end
    add_index :table_with_a_considerably_long_name, [:first_considerably_long_column, :second_considerably_long_column]
  end
end
