class RaiseInReversible < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    reversible do |dir|
      dir.down { raise ActiveRecord::IrreversibleMigration, "one way only" }
    end
  end
end
