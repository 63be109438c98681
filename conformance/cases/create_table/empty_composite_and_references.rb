class EmptyCompositeAndReferences < ActiveRecord::Migration[8.1]
  def change
    create_table :links, primary_key: %i[a_id b_id] do |t|
      t.references :a
      t.references :b, index: false
      t.index [:b_id, :a_id], unique: true
    end
  end
end
