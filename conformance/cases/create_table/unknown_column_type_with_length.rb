# run: migrate
class UnknownColumnTypeWithLength < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :a_column_of_some_length_that_is_known, null: false, default: "something of some length"
      t.column :b, "strang(3)"
      t.string :another_column_of_some_length, null: false, default: "something of some length"
    end
  end
end
