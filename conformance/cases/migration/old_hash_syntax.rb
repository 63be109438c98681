# run: migrate
class OldHashSyntax < ActiveRecord::Migration[8.1]
  def change
    create_table :a, :force => true do |t|
      t.string :x, :null => false, :limit => 20
      t.column :y, :integer, :default => 0
    end
    add_index :a, [:x, :y], :unique => true, :name => 'both'
    options = { :null => true }
    add_column :a, :z, :string, options rescue say("old options are refused")
  end
end
