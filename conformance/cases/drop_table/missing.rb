class Missing < ActiveRecord::Migration[8.1]
  def change
    drop_table :missing
  end
end
