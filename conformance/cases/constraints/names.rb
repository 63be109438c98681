# run: migrate
class Names < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    create_table(:a_table_with_quite_a_long_name_for_constraints) { |t| t.bigint :a_reference_column_with_a_long_name; t.integer :n }
    add_foreign_key :a_table_with_quite_a_long_name_for_constraints, :users, column: :a_reference_column_with_a_long_name
    add_check_constraint :a_table_with_quite_a_long_name_for_constraints, "n BETWEEN 1 AND 10"
    remove_check_constraint :a_table_with_quite_a_long_name_for_constraints, "n BETWEEN 1 AND 10"
    remove_foreign_key :a_table_with_quite_a_long_name_for_constraints, column: :a_reference_column_with_a_long_name
  end
end
