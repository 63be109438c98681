# run: migrate
class CastingForTheDriver < ActiveRecord::Migration[8.1]
  def up
    zone = ActiveSupport::TimeZone["Tokyo"]
    at = Time.utc(2024, 2, 29, 12, 30, 15, 123456)
    [Date.new(2024, 2, 29), at, zone.at(at), at.getlocal("+02:00"), DateTime.new(2024, 2, 29, 1, 2, 3), 1, 1.5, BigDecimal("1.5"), nil, true, :a, "a"].each do |value|
      cast = connection.type_cast(value)
      say [value.class, cast.class, cast].inspect
    end
    [1, 1.5, Rational(3, 4), BigDecimal("1.5"), true, false, nil, "a", :a].each do |value|
      say [value.class, connection.cast_bound_value(value)].inspect
    end
    say [connection.quoted_time(at), connection.quoted_time(zone.at(at))].inspect
    create_table(:things) { |t| t.string :name; t.integer :size }
    say connection.columns(:things).map { |column| column.respond_to?(:case_sensitive?) && column.case_sensitive? }.inspect
  end
end
