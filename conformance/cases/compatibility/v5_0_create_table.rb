class V50CreateTable < ActiveRecord::Migration[5.0]
  def change
    create_table(:a) { |t| t.string :x; t.references :b; t.timestamps; t.belongs_to :c, polymorphic: true }
    create_table(:d, id: :bigint) { |t| t.references :a, foreign_key: true }
    create_table(:e, id: :integer)
    create_table(:f, id: false) { |t| t.primary_key :code; t.datetime :dt }
    create_table(:g, primary_key: "uid") { |t| t.string :x }
    create_table(:h, id: :string)
  end
end
