class PrimaryKeyColumn < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: false) do |t|
      t.primary_key :code
      t.string :x
    end
    create_table(:b, id: false) { |t| t.string :code, primary_key: true }
    create_table(:c, id: false) { |t| t.primary_key :code, :string, limit: 40 }
  end
end
