class MissingTable < ActiveRecord::Migration[8.1]
  def change
    add_column :missing, :a, :string
  end
end
