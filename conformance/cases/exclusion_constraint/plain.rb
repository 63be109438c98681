# older_rails: true
# adapters: postgresql
class Plain < ActiveRecord::Migration[8.1]
  def change
    enable_extension "btree_gist"
    create_table(:bookings) { |t| t.integer :room; t.date :starts; t.date :ends }
    add_exclusion_constraint :bookings, "room WITH =, daterange(starts, ends) WITH &&", using: :gist, name: "no_overlap"
    add_exclusion_constraint :bookings, "room WITH =", where: "starts IS NULL", deferrable: :deferred
  end
end
