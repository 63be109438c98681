# adapters: postgresql
# run: migrate
class ToArrayKeepingDefault < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, default: "a" }
    change_column :a, :x, :string, array: true, using: "ARRAY[x]"
  end
end
