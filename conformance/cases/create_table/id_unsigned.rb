# older_rails: true
# adapters: mysql2
class IdUnsigned < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :integer, unsigned: true)
    create_table(:b, id: { type: :bigint, unsigned: true })
    create_table(:c, id: :bigint, limit: 4, auto_increment: false)
  end
end
