class V50AddColumn < ActiveRecord::Migration[5.0]
  def change
    create_table(:a, id: false) { |t| t.string :x }
    add_column :a, :id, :primary_key
    add_column :a, :d, :datetime
  end
end
