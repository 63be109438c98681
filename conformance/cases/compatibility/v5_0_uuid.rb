# adapters: postgresql
class V50Uuid < ActiveRecord::Migration[5.0]
  def change
    enable_extension "uuid-ossp"
    create_table(:a, id: :uuid) { |t| t.string :x }
    create_table(:b, id: :uuid, default: "gen_random_uuid()")
    create_table(:c, id: :uuid, default: nil)
  end
end
