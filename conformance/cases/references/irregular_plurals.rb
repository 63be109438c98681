class IrregularPlurals < ActiveRecord::Migration[8.1]
  def change
    create_table :people
    create_table :addresses
    create_table(:a) do |t|
      t.references :person, foreign_key: true
      t.references :address, foreign_key: true
    end
  end
end
