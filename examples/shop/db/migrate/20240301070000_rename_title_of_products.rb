class RenameTitleOfProducts < ActiveRecord::Migration[7.1]
  def change
    rename_column :products, :title, :name
    add_index :products, :name
  end
end
