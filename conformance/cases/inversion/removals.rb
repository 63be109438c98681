class Removals < ActiveRecord::Migration[8.1]
  def change
    create_table(:tags) { |t| t.timestamps }
    create_table(:posts) do |t|
      t.string :title, null: false
      t.string :a
      t.references :tag, foreign_key: true
      t.index :a, name: "by_a"
    end
    create_join_table :posts, :tags
  end
end

class RemovalsAgain < ActiveRecord::Migration[8.1]
  def change
    remove_column :posts, :title, :string, null: false, default: ""
    remove_index :posts, :a, name: "by_a"
    remove_reference :posts, :tag, foreign_key: true, index: true
    remove_timestamps :tags, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
    drop_join_table :posts, :tags
    drop_table(:tags) { |t| t.string :name }
  end
end
