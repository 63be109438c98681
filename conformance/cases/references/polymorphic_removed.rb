class PolymorphicRemoved < ActiveRecord::Migration[8.1]
  def change
    create_table(:posts) { |t| t.references :owner, polymorphic: true }
    remove_reference :posts, :owner, polymorphic: true
  end
end
