# run: migrate
class ClassMethods < ActiveRecord::Migration[4.2]
  def self.up
    create_table(:a) { |t| t.string :x }
    add_index :a, :x
  end

  def self.down
    drop_table :a
  end
end
