# older_rails: true
# adapters: postgresql
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps
    end
  end
end

class OpclassAndOrder < ActiveRecord::Migration[8.1]
  def change
    add_index :users, [:name, :email], opclass: { name: :text_pattern_ops }, order: { email: :desc }
    add_index :users, "lower(name) varchar_pattern_ops", name: "lowered"
    add_index :users, :email, opclass: "varchar_pattern_ops", order: "DESC", name: "both"
  end
end
