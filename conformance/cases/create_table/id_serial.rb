# older_rails: true
# adapters: postgresql
class IdSerial < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :serial)
    create_table(:b, id: :bigserial)
  end
end
