class CreateTagsAndJoinTable < ActiveRecord::Migration[7.1]
  def change
    create_table(:tags) { |t| t.string :label, null: false }

    create_join_table :products, :tags do |t|
      t.index [:product_id, :tag_id], unique: true
    end
  end
end
