# adapters: postgresql
class EnumWithoutType < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.enum :mood }
  end
end
