class VirtualColumnsNotStored < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :name
      t.virtual :upper_name, type: :string, as: "UPPER(name)"
      t.virtual :lower_name, type: :string, limit: 50, as: "LOWER(name)", stored: false
    end
  end
end
