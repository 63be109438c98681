class ReversibleOrder < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    reversible do |dir|
      dir.up { say "up 1"; add_column :a, :x, :string }
      dir.down { say "down 1" }
    end
    reversible { |dir| dir.down { say "down 2" } }
  end
end
