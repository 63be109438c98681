# adapters: postgresql
class RemoveByName < ActiveRecord::Migration[8.1]
  def change
    create_table(:bookings) { |t| t.date :starts; t.date :ends }
    add_exclusion_constraint :bookings, "daterange(starts, ends) WITH &&", using: :gist, name: "apart"
  end
end

class RemoveByNameAgain < ActiveRecord::Migration[8.1]
  def change
    remove_exclusion_constraint :bookings, name: "apart"
  end
end
