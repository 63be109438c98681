# run: migrate
class Owner < ActiveRecord::Base
  has_many :cars
  has_many :bikes, dependent: :restrict_with_error
  has_many :boats, dependent: :restrict_with_exception
  has_many :planes, dependent: :nullify
end

class Car < ActiveRecord::Base
  belongs_to :owner, counter_cache: true, touch: true
end

class Bike < ActiveRecord::Base
  belongs_to :owner, touch: :biked_at, inverse_of: :bikes
end

class Boat < ActiveRecord::Base
  belongs_to :owner, counter_cache: :fleet
end

class Plane < ActiveRecord::Base
  belongs_to :owner, dependent: :destroy
end

class DependentAndCounters < ActiveRecord::Migration[8.1]
  def up
    create_table(:owners) { |t| t.string :name; t.integer :cars_count, :fleet, default: 0; t.datetime :biked_at; t.timestamps null: true }
    %i[cars bikes boats planes].each { |name| create_table(name) { |t| t.references :owner; t.string :name } }
    owner = Owner.create!(name: "o")
    car = owner.cars.create!(name: "c")
    say [owner.cars_count, owner.reload.cars_count].inspect
    Car.create!(owner: owner, name: "d")
    say owner.reload.cars_count.to_s
    other = Owner.create!(name: "p")
    car.update!(owner: other)
    say [owner.reload.cars_count, other.reload.cars_count].inspect
    car.update!(name: "e")
    car.destroy
    say other.reload.cars_count.to_s
    say owner.cars.size.to_s
    owner.cars.delete_all
    say owner.reload.cars_count.to_s
    bike = owner.bikes.create!(name: "b")
    say owner.destroy.inspect
    say owner.errors.full_messages.inspect
    begin
      owner.destroy!
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    bike.delete
    owner.reload
    Boat.create!(owner: owner)
    say owner.reload.fleet.to_s
    begin
      owner.destroy
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    Boat.delete_all
    plane = Plane.create!(owner: owner)
    say owner.reload.destroy.destroyed?.inspect
    say plane.reload.owner_id.inspect
    Plane.create!(owner: other).destroy
    say Owner.count.to_s
    Owner.create!(name: "q").tap { |q| 3.times { q.cars.create! } }
    Owner.update_all(cars_count: 0)
    Owner.reset_counters(Owner.last.id, :cars)
    say Owner.last.cars_count.to_s
    Owner.no_touching { Owner.last.cars.first.update!(name: "z") }
    Owner.increment_counter(:cars_count, Owner.last.id)
    Owner.decrement_counter(:cars_count, Owner.last.id, touch: true)
  end
end
