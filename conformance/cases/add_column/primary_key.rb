class PrimaryKey < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: false) { |t| t.string :x }
    add_column :a, :id, :primary_key
  end
end
