# run: migrate
class Deprecations < ActiveRecord::Migration[8.1]
  def up
    @said = []
    @deprecator = ActiveSupport::Deprecation.new("3.0", "Shop")
    @deprecator.behavior = ->(message, _callers) { @said << message.sub(/ at .*:/, " at ") }
    old_price
    [1].each { old_price }
    old_name
    later = -> { @deprecator.warn("in a lambda") }
    call_it(later)
    @deprecator.behavior = ->(message, callers, horizon, gem) { @said << [message.class, callers.class, horizon, gem].inspect }
    old_price
    @deprecator.behavior = [:silence, ->(message, callers, deprecator) { @said << deprecator.gem_name }]
    old_price
    @deprecator.behavior = Listener.new(@said)
    old_price
    @deprecator.silenced = true
    @said << @deprecator.warn("nothing").inspect
    @deprecator.silenced = false
    @said << @deprecator.silenced.inspect
    @deprecator.begin_silence
    @said << @deprecator.silenced.inspect
    @deprecator.end_silence
    disallowed
    @said << ActiveRecord.deprecator.equal?(ActiveRecord.deprecator).inspect
    @said << [@deprecator.debug, @deprecator.disallowed_warnings, @deprecator.behavior.size].inspect
    @said.each { |line| say line }
  end

  class Listener
    def initialize(said) = @said = said
    def call(message, callers) = @said << "heard #{message.class}"
  end

  private
    def old_price = @deprecator.warn("price goes")
    def old_name = @deprecator.deprecation_warning(:name, :title)
    def call_it(later) = later.call

    def disallowed
      @deprecator.disallowed_warnings = ["price", :name]
      @deprecator.disallowed_behavior = ->(message, *) { @said << "disallowed #{message[/: (.*) \(/, 1]}" }
      old_price
      @deprecator.allow(["price"]) { old_price }
      @deprecator.allow(/pri/, if: -> { false }) { old_price }
      @deprecator.allow(:all, if: true) { old_name }
      @deprecator.disallowed_warnings = :all
      @deprecator.warn("whatever")
    end
end
