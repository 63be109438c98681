# The assertions, each in terms of `flunk`.
module RailsTests
  module Assertions
    NOTHING = Object.new

    def flunk(message = "Failed") = raise(Minitest::Assertion, message)

    def skip(reason = "skipped") = raise(RailsTests::Skip, reason)

    def pass(*) = true

    def assert(value, message = nil)
      value || flunk(said(message) || "Expected #{value.inspect} to be true")
    end

    def assert_not(value, message = nil)
      flunk(said(message) || "Expected #{value.inspect} to be false") if value
      true
    end
    alias refute assert_not

    def assert_equal(expected, actual, message = nil)
      return assert_nil(actual, message) if expected.nil?
      expected == actual || flunk("#{said(message)}\nExpected: #{expected.inspect}\n  Actual: #{actual.inspect}")
    end

    def assert_not_equal(expected, actual, message = nil)
      flunk(said(message) || "Expected #{actual.inspect} to be something else") if expected == actual
      true
    end
    alias refute_equal assert_not_equal

    def assert_same(expected, actual, message = nil)
      expected.equal?(actual) || flunk(said(message) || "Expected #{actual.inspect} to be the same as #{expected.inspect}")
    end

    def assert_not_same(expected, actual, message = nil)
      flunk(said(message) || "Expected another object than #{actual.inspect}") if expected.equal?(actual)
      true
    end

    def assert_nil(value, message = nil) = value.nil? || flunk(said(message) || "Expected #{value.inspect} to be nil")

    def assert_not_nil(value, message = nil)
      flunk(said(message) || "Expected something else than nil") if value.nil?
      true
    end

    def assert_match(pattern, text, message = nil)
      pattern = Regexp.new(Regexp.escape(pattern)) if pattern.is_a?(String)
      pattern =~ text || flunk("#{said(message)}\nExpected #{pattern.inspect} to match #{text.inspect}")
    end

    def assert_no_match(pattern, text, message = nil)
      pattern = Regexp.new(Regexp.escape(pattern)) if pattern.is_a?(String)
      flunk("#{said(message)}\nExpected #{pattern.inspect} not to match #{text.inspect}") if pattern =~ text
      true
    end
    alias refute_match assert_no_match

    def assert_includes(all, one, message = nil)
      all.include?(one) || flunk("#{said(message)}\nExpected #{all.inspect} to include #{one.inspect}")
    end

    def assert_not_includes(all, one, message = nil)
      flunk("#{said(message)}\nExpected #{all.inspect} not to include #{one.inspect}") if all.include?(one)
      true
    end

    def assert_empty(all, message = nil) = all.empty? || flunk(said(message) || "Expected #{all.inspect} to be empty")

    def assert_not_empty(all, message = nil)
      flunk(said(message) || "Expected #{all.inspect} not to be empty") if all.empty?
      true
    end

    def assert_kind_of(type, value, message = nil)
      value.is_a?(type) || flunk(said(message) || "Expected #{value.inspect} to be a #{type}, not #{value.class}")
    end

    def assert_instance_of(type, value, message = nil)
      value.instance_of?(type) || flunk(said(message) || "Expected #{value.inspect} to be an instance of #{type}, not #{value.class}")
    end

    def assert_respond_to(value, name, message = nil, include_all: false)
      value.respond_to?(name, include_all) || flunk(said(message) || "Expected #{value.inspect} to respond to #{name}")
    end

    def assert_not_respond_to(value, name, message = nil)
      flunk(said(message) || "Expected #{value.inspect} not to respond to #{name}") if value.respond_to?(name)
      true
    end

    def assert_predicate(value, name, message = nil)
      value.public_send(name) || flunk(said(message) || "Expected #{value.inspect} to be #{name}")
    end

    def assert_not_predicate(value, name, message = nil)
      flunk(said(message) || "Expected #{value.inspect} not to be #{name}") if value.public_send(name)
      true
    end

    def assert_operator(left, operator, right = NOTHING, message = nil)
      return assert_predicate(left, operator, message) if NOTHING.equal?(right)
      left.public_send(operator, right) || flunk(said(message) || "Expected #{left.inspect} to be #{operator} #{right.inspect}")
    end

    def assert_not_operator(left, operator, right, message = nil)
      flunk(said(message) || "Expected #{left.inspect} not to be #{operator} #{right.inspect}") if left.public_send(operator, right)
      true
    end

    def assert_in_delta(expected, actual, delta = 0.001, message = nil)
      (expected - actual).abs <= delta || flunk(said(message) || "Expected #{actual} to be about #{expected}")
    end

    # A message after the classes is what a failure would say; `match:` is what the error's own message has to match.
    def assert_raises(*expected, match: nil)
      expected.pop if expected.last.is_a?(String)
      expected = [StandardError] if expected.empty?
      begin
        yield
      rescue *expected => error
        match && assert_match(match, error.message)
        return error
      end
      flunk("#{expected.inspect} expected but nothing was raised")
    end
    alias assert_raise assert_raises

    def assert_nothing_raised(*) = yield

    def assert_throws(tag)
      thrown = true
      catch(tag) do
        yield
        thrown = false
      end
      thrown || flunk("Expected #{tag.inspect} to have been thrown")
    end

    def assert_difference(expressions, *arguments, &block)
      differences =
        if expressions.is_a?(Hash)
          expressions
        else
          by = arguments.first.is_a?(String) || arguments.empty? ? 1 : arguments.first
          (expressions.is_a?(Array) ? expressions : [expressions]).to_h { |expression| [expression, by] }
        end
      before = differences.keys.map { |expression| measured(expression, block) }
      answer = yield
      differences.each_with_index do |(expression, by), index|
        now = measured(expression, block)
        fits = by.is_a?(Range) ? by.cover?(now - before[index]) : before[index] + by == now
        fits || flunk("#{expression.inspect} went from #{before[index]} to #{now}, not by #{by}")
      end
      answer
    end

    def assert_no_difference(expressions, message = nil, &block) = assert_difference(expressions, 0, message, &block)

    def assert_changes(expression, message = nil, from: NOTHING, to: NOTHING, &block)
      before = measured(expression, block)
      flunk("Expected to change from #{from.inspect}, not #{before.inspect}") unless NOTHING.equal?(from) || from === before
      answer = yield
      now = measured(expression, block)
      flunk(said(message) || "#{expression.inspect} did not change") if before == now
      flunk("Expected to change to #{to.inspect}, not #{now.inspect}") unless NOTHING.equal?(to) || to === now
      answer
    end

    def assert_no_changes(expression, message = nil, from: NOTHING, &block)
      before = measured(expression, block)
      flunk("Expected #{from.inspect}, not #{before.inspect}") unless NOTHING.equal?(from) || from === before
      answer = yield
      now = measured(expression, block)
      flunk(said(message) || "#{expression.inspect} changed to #{now.inspect}") unless before == now
      answer
    end

    # Deprecation's warnings are talk, which the harness does not compare.
    def assert_deprecated(*) = yield
    def assert_not_deprecated(*) = yield

    private
      def said(message) = message.respond_to?(:call) ? message.call : message

      def measured(expression, block)
        expression.respond_to?(:call) ? expression.call : block.binding.eval(expression)
      end
  end

  # Counts what is sent.
  module Queries
    def assert_queries_count(count = nil, include_schema: false, &block)
      ActiveRecord::Base.lease_connection.materialize_transactions unless include_schema
      answer = nil
      sent = sent_by(include_schema) { answer = yield }
      fits = count ? sent.size == count : sent.any?
      fits || flunk("#{sent.size} queries, not #{count || "some"}: #{sent.join("\n")}")
      answer
    end

    def assert_no_queries(include_schema: false, &block) = assert_queries_count(0, include_schema: include_schema, &block)

    def assert_queries_match(pattern, count: nil, include_schema: false, &block)
      answer = nil
      sent = sent_by(include_schema) { answer = yield }
      matching = sent.grep(pattern)
      fits = count ? matching.size == count : matching.any?
      fits || flunk("#{matching.size} queries match #{pattern.inspect}, not #{count || "some"}: #{sent.join("\n")}")
      answer
    end

    def assert_no_queries_match(pattern, include_schema: false, &block)
      assert_queries_match(pattern, count: 0, include_schema: include_schema, &block)
    end

    def capture_sql(include_schema: false, &block) = sent_by(include_schema, &block)

    private
      def sent_by(include_schema)
        sent = []
        listener = lambda do |*, payload|
          sent << payload[:sql] unless payload[:cached] || (payload[:name] == "SCHEMA" && !include_schema)
        end
        ActiveSupport::Notifications.subscribed(listener, "sql.active_record") { yield }
        sent
      end
  end
end
