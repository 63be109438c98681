# older_rails: true
# adapters: postgresql
class UsingGin < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.jsonb :j; t.string :tags, array: true; t.tsvector :ts; t.string :name }
    enable_extension :pg_trgm
    add_index :a, :j, using: :gin
    add_index :a, :j, using: :gin, opclass: :jsonb_path_ops, name: "paths"
    add_index :a, :name, using: :gin, opclass: { name: :gin_trgm_ops }, name: "trigrams"
    add_index :a, :tags, using: "gin"
    add_index :a, "to_tsvector('english', name)", using: :gin, name: "english"
  end
end
