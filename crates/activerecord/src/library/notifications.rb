# ActiveSupport::Notifications for who subscribes: what a statement says (`sql.active_record`), and the events that Ruby
# code instruments itself. Rails' other events never arrive, so subscribing to them is refused (notifications.rs).
module ActiveSupport
  module Notifications
    class Event
      attr_reader :name, :transaction_id, :time, :end
      attr_accessor :payload

      def initialize(name, start, ending, transaction_id, payload)
        @name = name
        @time = start
        @end = ending
        @transaction_id = transaction_id
        @payload = payload
      end

      def duration = (@end - @time) * 1000.0
    end

    class Subscriber
      def initialize(pattern, callback)
        @pattern = pattern
        @callback = callback
        @wants_event = callback.is_a?(Proc) && callback.parameters.size == 1 && callback.parameters.first.first != :rest
      end

      def hears?(name) = @pattern.nil? || @pattern === name
      def named?(name) = @pattern == name

      def tell(name, start, ending, id, payload)
        if @wants_event
          @callback.call(Event.new(name, start, ending, id, payload))
        elsif @callback.respond_to?(:start) && @callback.respond_to?(:finish)
          @callback.start(name, id, payload)
          @callback.finish(name, id, payload)
        else
          @callback.call(name, start, ending, id, payload)
        end
      end
    end

    SUBSCRIBERS = []

    class << self
      def subscribe(pattern = nil, callback = nil, &block)
        _listen(pattern)
        subscriber = Subscriber.new(pattern, callback || block)
        SUBSCRIBERS << subscriber
        subscriber
      end

      def subscribed(callback, pattern = nil, monotonic: false, &block)
        subscriber = subscribe(pattern, callback)
        yield
      ensure
        unsubscribe(subscriber)
      end

      def unsubscribe(subscriber)
        _flush
        SUBSCRIBERS.reject! { |other| other.equal?(subscriber) || (subscriber.is_a?(String) && other.named?(subscriber)) }
        _stop if SUBSCRIBERS.empty?
        nil
      end

      def instrument(name, payload = {})
        start = Time.now
        begin
          yield payload if block_given?
        rescue Exception => error
          payload[:exception] = [error.class.name, error.message]
          payload[:exception_object] = error
          raise
        ensure
          _publish(name, start, Time.now, payload)
        end
      end

      def publish(name, *arguments)
        SUBSCRIBERS.select { |subscriber| subscriber.hears?(name) }.each { |subscriber| subscriber.tell(name, *arguments) }
      end

      def _publish(name, start, ending, payload)
        SUBSCRIBERS.dup.each { |subscriber| subscriber.tell(name, start, ending, _id, payload) if subscriber.hears?(name) }
      end

      private
        def _id = @_id ||= SecureRandom.hex(10)
    end
  end
end
