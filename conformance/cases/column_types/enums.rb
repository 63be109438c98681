# older_rails: true
# adapters: postgresql
class Enums < ActiveRecord::Migration[8.1]
  def change
    create_enum :mood, ["happy", "sad", "it's"]
    create_table :a do |t|
      t.enum :mood, enum_type: :mood, default: "happy", null: false
      t.column :other, :enum, enum_type: "mood"
      t.enum :many, enum_type: :mood, array: true
    end
    add_column :a, :third, :enum, enum_type: :mood
  end
end
