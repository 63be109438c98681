class LongNames < ActiveRecord::Migration[8.1]
  def change
    create_table(:table_with_a_considerably_long_name_indeed) do |t|
      t.string :column_number_one_of_the_table
      t.string :column_number_two_of_the_table
    end
    add_index :table_with_a_considerably_long_name_indeed, :column_number_one_of_the_table
    add_index :table_with_a_considerably_long_name_indeed, [:column_number_one_of_the_table, :column_number_two_of_the_table], unique: true
  end
end
