# older_rails: true
# adapters: mysql2
class Type < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, options: "ENGINE=InnoDB") { |t| t.text :x; t.string :y }
    add_index :a, :x, type: :fulltext
    add_index :a, [:y], type: "FULLTEXT", name: "ft"
  end
end
