# older_rails: true
# adapters: postgresql
class OptionsPartition < ActiveRecord::Migration[8.1]
  def change
    create_table(:logs, id: false, options: "PARTITION BY LIST (city_id)") { |t| t.integer :city_id }
  end
end
