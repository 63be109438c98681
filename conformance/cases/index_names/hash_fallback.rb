# run: migrate
class HashFallback < ActiveRecord::Migration[8.1]
  def change
    create_table("a_table_name_of_some_length") { |t| %w[alpha beta gamma delta].each { |n| t.string "column_#{n}_name" } }
    add_index "a_table_name_of_some_length", %w[alpha beta gamma].map { |n| "column_#{n}_name" }
    add_index "a_table_name_of_some_length", %w[alpha beta gamma delta].map { |n| "column_#{n}_name" }, unique: true
    add_foreign_key "a_table_name_of_some_length", "a_table_name_of_some_length", column: "column_alpha_name" rescue say("no")
  end
end
