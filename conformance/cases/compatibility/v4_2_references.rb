class V42References < ActiveRecord::Migration[4.2]
  def change
    create_table :a
    create_table :users
    add_reference :a, :user, foreign_key: true
    add_reference :a, :owner, polymorphic: true, index: true
    add_belongs_to :a, :tag
    add_timestamps :a
    change_table(:a) { |t| t.references :group; t.remove :tag_id, type: :integer }
  end
end
