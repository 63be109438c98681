class Missing < ActiveRecord::Migration[8.1]
  def change
    rename_table :missing, :found
  end
end
