class CreateAddressesFromCustomers < ActiveRecord::Migration[7.1]
  def up
    create_table :addresses do |t|
      t.references :owner, polymorphic: true, null: false
      t.string :street
      t.string :postcode
      t.string :city
      t.string :country, limit: 2, null: false
      t.timestamps
    end

    execute <<~SQL
      INSERT INTO addresses (owner_type, owner_id, street, postcode, city, country, created_at, updated_at)
      SELECT 'Customer', id, street, postcode, city, country, created_at, updated_at FROM customers
    SQL

    remove_columns :customers, :street, :postcode, :city, :country
  end

  def down
    add_column :customers, :street, :string
    add_column :customers, :postcode, :string
    add_column :customers, :city, :string
    add_column :customers, :country, :string, limit: 2, default: "AT", null: false
    drop_table :addresses
  end
end
