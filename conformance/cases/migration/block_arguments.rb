# run: migrate
class BlockArguments < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      [:x, :y].each { |name| t.string name }
      { z: :integer, w: :text }.each { |name, type| t.column name, type }
      t.string(*%w[p q], limit: 10)
      t.send(:integer, :r)
      t.public_send(:boolean, :s, default: false)
    end
  end
end
