# run: migrate
class UnknownTypeLater < ActiveRecord::Migration[8.1]
  def change
    create_table(:users)
    add_column :users, :a_column_of_a_name_that_is_long_enough_to_be_cut, "strang", default: "1", null: false
  end
end
