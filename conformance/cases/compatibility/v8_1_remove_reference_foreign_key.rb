class V81RemoveReferenceForeignKey < ActiveRecord::Migration[8.1]
  def change
    create_table :tags
    create_table(:posts) { |t| t.references :tag, foreign_key: true }
    change_table(:posts) { |t| t.remove_foreign_key :tags }
  end
end
