# run: migrate
class V61OptionsOrder < ActiveRecord::Migration[6.1]
  def change
    create_table(:a) { |t| t.string :x, null: false, default: "a"; t.decimal :y, precision: 5, scale: 2; t.binary :z, limit: 10 }
    change_column :a, :x, :string, default: "b"
    add_reference :a, :owner, polymorphic: true, null: false, index: { unique: true }
  end
end
