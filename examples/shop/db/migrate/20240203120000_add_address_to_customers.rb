class AddAddressToCustomers < ActiveRecord::Migration[7.1]
  ADDRESS = %i[street postcode city].freeze

  def change
    change_table :customers, bulk: true do |t|
      ADDRESS.each { |part| t.string part }
      t.string :country, limit: 2, default: "AT", null: false
    end
  end
end
