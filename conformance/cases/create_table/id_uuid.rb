# older_rails: true
class IdUuid < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :uuid) { |t| t.string :x }
    create_table(:b, id: :uuid, default: nil) { |t| t.string :x }
  end
end
