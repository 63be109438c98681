class Reversible < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    reversible do |dir|
      dir.up { execute "INSERT INTO a (x) VALUES ('up')" }
      dir.down { execute "DELETE FROM a" }
    end
    add_column :a, :y, :integer
  end
end
