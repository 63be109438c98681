# older_rails: true
class VirtualColumns < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.string :name
      t.virtual :upper_name, type: :string, as: "UPPER(name)", stored: true
      t.virtual :length_name, type: :integer, as: "LENGTH(name)", stored: true
    end
  end
end
