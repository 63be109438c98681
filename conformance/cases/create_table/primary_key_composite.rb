# older_rails: true
class PrimaryKeyComposite < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, primary_key: [:shop_id, :id]) do |t|
      t.integer :shop_id
      t.integer :id
      t.string :x
    end
  end
end
