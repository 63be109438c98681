# run: migrate
class Team < ActiveRecord::Base
  has_many :members, inverse_of: :squad
  has_one :captain, inverse_of: :squad, class_name: "Member"
end

class Member < ActiveRecord::Base
  belongs_to :squad, class_name: "Team", foreign_key: :side_id, inverse_of: :members
end

class Parcel < ActiveRecord::Base
  has_many :scans, inverse_of: :box
end

class Scan < ActiveRecord::Base
  belongs_to :box, class_name: "Parcel", foreign_key: [:tenant, :parcel_number], inverse_of: :scans
end

class ForeignKeyOfTheInverse < ActiveRecord::Migration[8.1]
  def up
    create_table(:teams) { |t| t.string :name }
    create_table(:members) { |t| t.bigint :side_id; t.string :name }
    create_table(:parcels, primary_key: [:tenant, :number]) { |t| t.integer :tenant; t.integer :number }
    create_table(:scans) { |t| t.integer :tenant; t.integer :parcel_number }
    team = Team.create!(name: "a", members: [Member.new(name: "m")])
    say team.members.map(&:name).inspect
    say Team.joins(:members).pluck("members.name").inspect
    say Team.includes(:members, :captain).map { |one| [one.members.size, one.captain.name] }.inspect
    say Team.eager_load(:members).map { |one| one.members.size }.inspect
    parcel = Parcel.create!(id: [1, 2], scans: [Scan.new])
    say parcel.scans.map { |scan| [scan.tenant, scan.parcel_number] }.inspect
    say Parcel.joins(:scans).map(&:id).inspect
    say Parcel.preload(:scans).map { |one| one.scans.size }.inspect
  end
end
