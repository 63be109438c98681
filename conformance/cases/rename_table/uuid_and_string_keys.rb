# adapters: postgresql
class UuidAndStringKeys < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :uuid)
    create_table(:b, id: :string)
    create_table(:c, id: false) { |t| t.integer :x }
    rename_table :a, :aa
    rename_table :b, :bb
    rename_table :c, :cc
  end
end
