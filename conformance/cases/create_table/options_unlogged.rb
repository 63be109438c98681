# adapters: postgresql
class OptionsUnlogged < ActiveRecord::Migration[8.1]
  def change
    execute "CREATE UNLOGGED TABLE notes (id int)"
    create_table(:a, options: "WITH (fillfactor=70)") { |t| t.string :x }
  end
end
