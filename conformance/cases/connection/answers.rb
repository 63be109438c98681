# run: migrate
class Answers < ActiveRecord::Migration[8.1]
  def up
    say [connection.quote(true), connection.quote(false), connection.quoted_true, connection.quoted_false].map(&:frozen?).inspect
    say [:string, :text, :json, :primary_key, :foobar, "string"].map { |type| connection.class.valid_type?(type) }.inspect
    say connection.inspect.sub(/:0x\h+/, "").sub(/\w+Adapter/, "Adapter")
    say ActiveRecord::Base.time_zone_aware_attributes.inspect
    say ActiveRecord::Base.time_zone_aware_types.inspect
    say ActiveRecord.deprecator.silence { 1 }.inspect
    say [ActiveRecord.deprecator.gem_name, ActiveRecord.deprecator.deprecation_horizon, ActiveRecord.deprecator.silenced].inspect
    said = []
    deprecator = ActiveSupport::Deprecation.new("2.0", "Shop")
    deprecator.behavior = ->(message, callstack, name) { said << message.sub(/ \(called from .*/, "") }
    deprecator.warn("old")
    deprecator.silence { deprecator.warn("older") }
    deprecator.deprecation_warning(:price, :amount)
    deprecator.deprecation_warning(:price, "gone")
    deprecator.disallowed_warnings = [/worst/]
    begin
      deprecator.warn("the worst")
    rescue ActiveSupport::DeprecationException => error
      said << "raised #{error.message.sub(/ \(called from .*/, "")}"
    end
    deprecator.allow { deprecator.warn("the worst, allowed") }
    deprecator.behavior = :raise
    begin
      deprecator.warn
    rescue ActiveSupport::DeprecationException => error
      said << error.message.sub(/ \(called from .*/, "")
    end
    begin
      deprecator.behavior = :shout
    rescue ArgumentError => error
      said << error.message
    end
    said.each { |line| say line }
  end
end
