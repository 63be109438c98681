class LongNames < ActiveRecord::Migration[8.1]
  def change
    create_table(:short) { |t| t.string :column_with_a_name_that_is_long_enough_to_matter, index: true }
    rename_table :short, :table_with_a_name_that_is_long_enough_to_make_a_difference
  end
end
