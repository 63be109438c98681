class CreateCategories < ActiveRecord::Migration[7.1]
  def change
    create_table :categories do |t|
      t.string :name, null: false, index: { unique: true }
      t.references :parent, foreign_key: { to_table: :categories }
      t.integer :position, default: 0
    end
  end
end
