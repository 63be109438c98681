class V60References < ActiveRecord::Migration[6.0]
  def change
    create_table(:categories_of_something_quite_long) { |t| t.string :x }
    create_table(:posts) do |t|
      t.references :tag
      t.references :owner, polymorphic: true
      t.belongs_to :user, index: { unique: true }
    end
    add_reference :posts, :thing
    add_belongs_to :posts, :other, type: :bigint
    add_reference :posts, :poly, polymorphic: true, index: true
  end
end
