# ActiveSupport::Deprecation: warnings of what will go, which a library's deprecator writes, raises or keeps to itself.
# Read when it is first named.

module ActiveSupport
  class DeprecationException < StandardError
  end

  class Deprecation
    attr_accessor :deprecation_horizon, :gem_name, :debug
    attr_writer :silenced

    class << self
      def _of(library)
        @_of ||= {}
        @_of[library] ||= new
      end
    end

    def initialize(deprecation_horizon = "8.2", gem_name = "Rails")
      @deprecation_horizon = deprecation_horizon
      @gem_name = gem_name
      @silenced = @debug = false
      @silences = 0
      @allowed = nil
    end

    def silenced = @silenced || @silences.nonzero?

    def silence
      @silences += 1
      yield
    ensure
      @silences -= 1
    end

    def allow(warnings = :all, **options)
      condition = options.fetch(:if, true)
      condition = condition.call if condition.respond_to?(:call)
      return yield unless condition
      before, @allowed = @allowed, warnings
      begin
        yield
      ensure
        @allowed = before
      end
    end

    def behavior = @behavior ||= [handler(:stderr)]
    def behavior=(wanted)
      @behavior = Array(wanted).map { |one| handler(one) }
    end

    def disallowed_behavior = @disallowed_behavior ||= [handler(:raise)]
    def disallowed_behavior=(wanted)
      @disallowed_behavior = Array(wanted).map { |one| handler(one) }
    end

    def disallowed_warnings = @disallowed_warnings ||= []
    attr_writer :disallowed_warnings

    def warn(message = nil, callstack = nil)
      return if silenced
      callstack ||= _callers
      text = "DEPRECATION WARNING: #{message || GENERAL} #{place(callstack)}"
      handlers = disallowed?(message) ? disallowed_behavior : behavior
      handlers.each { |one| one.call(text, callstack, self) }
      text
    end

    def deprecation_warning(method_name, message = nil, callstack = nil)
      text = "#{method_name} is deprecated and will be removed from #{gem_name} #{deprecation_horizon}"
      text += message.is_a?(Symbol) ? " (use #{message} instead)" : " (#{message})" if message
      warn(text, callstack || _callers)
      text
    end

    GENERAL = "You are using deprecated behavior which will be removed from the next major or minor release."
    private_constant :GENERAL

    private
      def _callers = ActiveSupport._callers

      def handler(name)
        case name
        when :stderr, :log then ->(text, _, _) { $stderr.puts(text) }
        when :silence, :notify, :report then ->(*) { }
        when :raise
          lambda do |text, callstack, _|
            error = DeprecationException.new(text)
            error.set_backtrace(callstack.map(&:to_s))
            raise error
          end
        else
          raise ArgumentError, "#{name.inspect} is not a valid deprecation behavior." unless name.respond_to?(:call)
          with_arity(name)
        end
      end

      def with_arity(callable)
        arity = callable.respond_to?(:arity) ? callable.arity : callable.method(:call).arity
        case arity
        when 2 then ->(text, callstack, _) { callable.call(text, callstack) }
        when -2..3 then callable
        else ->(text, callstack, deprecator) { callable.call(text, callstack, deprecator.deprecation_horizon, deprecator.gem_name) }
        end
      end

      def place(callstack)
        file, line, rest = callstack.first.to_s.split(":", 3)
        name = rest && rest[/in [`'](.+)'/, 1]
        return unless file
        name ? "(called from #{name} at #{file}:#{line})" : "(called from #{file}:#{line})"
      end

      def disallowed?(message)
        matches?(disallowed_warnings, message) && !(@allowed && matches?(@allowed, message))
      end

      def matches?(warnings, message)
        return true if warnings == :all
        Array(warnings).any? { |one| one.is_a?(Regexp) ? one.match?(message.to_s) : message.to_s.include?(one.to_s) }
      end
  end
end
