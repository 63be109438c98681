# older_rails: true
class IdTypes < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :integer) { |t| t.string :x }
    create_table(:b, id: :bigint) { |t| t.string :x }
    create_table(:c, id: :string) { |t| t.string :x }
    create_table(:d, id: false) { |t| t.string :x }
    create_table(:e, id: { type: :string, limit: 36 }) { |t| t.string :x }
  end
end
