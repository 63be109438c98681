# adapters: postgresql
class Remove < ActiveRecord::Migration[8.1]
  def change
    create_table(:bookings) { |t| t.date :starts; t.date :ends }
    add_exclusion_constraint :bookings, "daterange(starts, ends) WITH &&", using: :gist, name: "apart"
    remove_exclusion_constraint :bookings, "daterange(starts, ends) WITH &&", using: :gist, name: "apart"
  end
end
