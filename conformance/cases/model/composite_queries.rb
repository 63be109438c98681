# run: migrate
class Route < ActiveRecord::Base
  scope :long, -> { where("length > 5") }
end

class Leg < ActiveRecord::Base
end

class CompositeQueries < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table :routes, primary_key: [:origin, :destination] do |t|
      t.string :origin, limit: 20
      t.string :destination, limit: 20
      t.integer :length
    end
    create_table(:legs, primary_key: [:route, :id]) { |t| t.integer :route; t.integer :id; t.string :name }
    Route.create!([{ origin: "a", destination: "b", length: 3 }, { origin: "a", destination: "c", length: 9 },
      { origin: "b", destination: "c", length: 7 }])
    Leg.create!([{ route: 1, id: [1, 1] }, { route: 1, id: [1, 2] }, { route: 2, id: [2, 1], name: "x" }])
    finding
    not_found
    conditions
    ordering
    columns
    counting
    by_class
  end

  private

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message}"
  end

  def finding
    say Route.find(["a", "b"]).length.inspect
    say Route.find([["a", "b"]]).map(&:id).inspect
    say Route.find([["b", "c"], ["a", "b"]]).map(&:id).inspect
    say Route.find(["b", "c"], ["a", "b"]).map(&:id).inspect
    say Route.order(:length).find([["b", "c"], ["a", "b"]]).map(&:id).inspect
    say Route.find_by(origin: "a", destination: "c").id.inspect
    say Route.find_by([:origin, :destination] => [["a", "c"]]).id.inspect
    say Route.find_or_create_by!(origin: "c", destination: "a").id.inspect
    say Leg.find([1, 2]).id.inspect
    say Route.find_by(origin: "z").inspect
    say Route.find([["a", "b"], ["a", "b"]]).size.inspect
    say Route.find(["a", "b"], nil).id.inspect
  end

  def not_found
    attempt { Route.find(["x", "y"]) }
    attempt { Route.find([["x", "y"]]) }
    attempt { Route.find([["x", "y"], ["a", "b"]]) }
    attempt { Route.where(length: 1).find(["a", "b"]) }
    attempt { Route.where(length: 1).find(["a", "b"], ["a", "c"]) }
    attempt { Route.find("a") }
    attempt { Route.find(1) }
    attempt { Leg.find(1, 2) }
    attempt { Route.find([]) }
    attempt { Route.find([nil, nil]) }
    attempt { Route.find_by!(origin: "z") }
    attempt { Leg.find(["1", "2"]).id }
    attempt { Leg.find([["1", "2"], ["2", "1"]]).map(&:id) }
  end

  def conditions
    say Route.where([:origin, :destination] => [["a", "b"], ["b", "c"]]).size.inspect
    say Route.where([:origin, :destination] => [["a", "b"]]).size.inspect
    say Route.where.not([:origin, :destination] => [["a", "b"], ["b", "c"]]).size.inspect
    say Route.where([:origin] => [["a"], ["b"]]).size.inspect
    say Route.where(Route.primary_key => [["a", "b"]]).pluck(:length).inspect
    attempt { Route.where([:origin, :destination] => ["a", "b"]).to_a }
    attempt { Route.where([:origin, :destination] => [["a"]]).to_a }
    say Leg.where(id: 1).map(&:id).inspect
    say Leg.where(id: [1, 2]).map(&:id).inspect
    say Leg.where(id_value: 2).map(&:id).inspect
    say Leg.rewhere(id: 2).map(&:id).inspect
    say Route.where([:origin, :destination] => [["q", "r"]]).new.id.inspect
    say Route.where([:origin, :destination] => [["q", "r"], ["s", "t"]]).new.id.inspect
    say Route.where(origin: "q").first_or_initialize(destination: "w").id.inspect
    attempt { Leg.where(name: Route.all).to_a }
    say Route.exists?(["a = ?", "a"]).inspect rescue say($!.class.name)
    say Route.exists?(origin: "a").inspect
    attempt { Route.exists?("a") }
    attempt { Leg.exists?([1, 2]) }
    say Route.long.include?(Route.find(["a", "c"])).inspect
    say Route.long.include?(Route.find(["a", "b"])).inspect
    say Route.where(length: 3).or(Route.where(length: 9)).ids.inspect
  end

  def ordering
    say [Route.first.id, Route.last.id, Route.second.id, Route.first(2).map(&:id), Route.last(2).map(&:id)].inspect
    say Route.long.last.id.inspect
    say Route.second_to_last.id.inspect
    say Route.all.reverse_order.map(&:id).inspect
    say Route.order(length: :desc).first.id.inspect
    Route.implicit_order_column = "length"
    say [Route.first.id, Route.last.id].inspect
    say Route.all.reverse_order.map(&:id).inspect
    Route.implicit_order_column = "destination"
    say Route.first.id.inspect
    Route.implicit_order_column = ["length", nil]
    say [Route.first.id, Route.last.id, Route.implicit_order_column].inspect
    Route.implicit_order_column = nil
    say Leg.take.id.inspect
    say Leg.sole.inspect rescue say($!.class.name)
  end

  def columns
    say Route.ids.inspect
    say Route.long.ids.inspect
    say Route.all.load.ids.inspect
    say Route.none.ids.inspect
    say Leg.pluck(:id).inspect
    say Leg.pick(:route, :id).inspect
    say Leg.order(:route, :id).limit(2).ids.inspect
    say Route.select(:origin).map { |r| r.attributes }.inspect
    say Leg.group(:route).count.inspect
  end

  def counting
    say [Route.count, Route.count(:all), Route.distinct.count(:origin), Route.limit(2).count].inspect
    say [Route.select(:origin).distinct.count, Route.distinct.order(:origin).size].inspect
    say [Leg.count(:id), Leg.sum(:id), Leg.maximum(:id), Leg.distinct.count(:id)].inspect
    say [Route.any?, Route.many?, Route.all.empty?, Route.all.size].inspect
    attempt { Route.distinct.count ? true : false } if Route.connection.adapter_name == "SQLite"
  end

  def by_class
    say Leg.delete([[1, 1], [1, 2]]).inspect
    attempt { Leg.delete([1, 1]) }
    say Leg.delete([]).inspect
    Leg.create!(id: [1, 1])
    Leg.create!(id: [1, 2])
    say Leg.destroy([1, 1]).id.inspect
    say Leg.destroy([[1, 2]]).map(&:id).inspect
    say Leg.delete_by(route: 2).inspect
    attempt { Leg.update([1, 1], name: "y") }
    say Route.destroy_by(origin: "c").map(&:id).inspect
    say Route.long.destroy_all.map(&:id).inspect
    say Route.column_names.inspect
    say Route.content_columns.map(&:name).inspect
  end
end
