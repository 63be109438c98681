# run: migrate
class Patient < ActiveRecord::Base
  encrypts :notes
  encrypts :email, deterministic: true, downcase: true
end

class Encrypts < ActiveRecord::Migration[8.1]
  def up
    create_table(:patients) { |t| t.string :name, :email; t.text :notes }
    patient = Patient.create!(name: "a", email: nil)
    say patient.notes.inspect
    patient.update!(name: "b")
    patient.update_columns(notes: nil)
    execute "UPDATE patients SET notes = 'anything', email = 'other'"
    Patient.find_each { |one| one.update_columns(name: one.name.upcase) }
    Patient.find_each { |one| one.update_attribute(:name, "c") }
    say Patient.where(email: nil).count
    say Patient.where.not(notes: nil).pluck(:name).inspect
    Patient.update_all(email: nil)
    say Patient.first.email.inspect
    say Patient.encrypted_attributes.inspect
    say Patient.type_for_attribute(:email).type.inspect
    say Patient.where("email = 'x'").exists?
  end
end
