class ArgumentsShown < ActiveRecord::Migration[8.1]
  def change
    create_table :users, comment: "x", force: true do |t|
      t.string :name, default: -> { "('a')" }
    end
    add_column :users, :a, :decimal, precision: 8, scale: 2, default: 1.5, null: false
    add_column "users", "b", "text"
    add_index :users, ["a"], name: nil rescue nil
    add_index :users, [:a, "b"], length: { "b" => 3 }
    add_column :users, :c, :datetime, default: nil, precision: nil
    change_column_default :users, :a, from: 1.5, to: nil
    add_check_constraint :users, "a > 0 AND b <> 'it''s'", name: :positive
  end
end
