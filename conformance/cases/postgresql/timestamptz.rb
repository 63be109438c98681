# older_rails: true
# adapters: postgresql
# run: migrate
class Timestamptz < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.timestamptz :x; t.column :y, "timestamp with time zone"; t.column :z, :timestamptz, precision: 0 }
    change_column :a, :x, :datetime
  end
end
