# run: migrate
class OldOptionsHash < ActiveRecord::Migration[5.2]
  def change
    create_table(:a) { |t| t.string :x }
    options = { :null => true }
    add_column :a, :z, :string, options
  end
end
