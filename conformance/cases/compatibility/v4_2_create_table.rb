class V42CreateTable < ActiveRecord::Migration[4.2]
  def change
    create_table(:a) { |t| t.string :x; t.references :b; t.timestamps; t.belongs_to :c, index: true, polymorphic: true }
    create_table(:d) { |t| t.timestamps null: false }
  end
end
