class PrimaryKeyCompositeWithoutColumns < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, primary_key: [:shop_id, :id])
  end
end
