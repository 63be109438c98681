class SyntaxErrors < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
  end
end
