# older_rails: true
class SelfReference < ActiveRecord::Migration[8.1]
  def change
    create_table(:nodes) { |t| t.bigint :parent_id }
    add_foreign_key :nodes, :nodes, column: :parent_id, on_delete: :cascade
  end
end
