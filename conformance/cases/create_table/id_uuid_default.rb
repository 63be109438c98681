# older_rails: true
# adapters: postgresql
class IdUuidDefault < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :uuid, default: -> { "md5(random()::text)::uuid" }) { |t| t.string :x }
    create_table(:b, id: { type: :uuid, default: "gen_random_uuid()" }) { |t| t.string :x }
  end
end
