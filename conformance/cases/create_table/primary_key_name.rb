# older_rails: true
class PrimaryKeyName < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, primary_key: "uid") { |t| t.string :x }
    create_table(:b, primary_key: :code, id: :string) { |t| t.string :x }
  end
end
