# The classes that a test inherits from.
module RailsTests
  # What is declared on a class, for it and what inherits from it.
  module Declarations
    def use_transactional_tests = defined?(@use_transactional_tests) ? @use_transactional_tests : inherited_from(:use_transactional_tests, true)
    def use_transactional_tests=(value)
      @use_transactional_tests = value
    end

    def uses_transaction(*tests) = (@own_transactions ||= []).concat(tests.map(&:to_s))
    def transactional?(test) = use_transactional_tests && !@own_transactions&.include?(test)

    def test(sentence, &body) = define_method("test_#{sentence.gsub(/\s+/, "_")}", &body)

    def setup(*names, &block) = own_steps(:@setup_steps).concat([*names, block].compact)
    def teardown(*names, &block) = own_steps(:@teardown_steps).concat([*names, block].compact)

    def setup_steps = inherited_from(:setup_steps, []) + own_steps(:@setup_steps)
    def teardown_steps = own_steps(:@teardown_steps).reverse + inherited_from(:teardown_steps, [])

    def fixtures(*names)
      require_relative "../fixtures"
      names = FIXTURES.keys if names == [:all]
      names.flatten.each { |name| define_fixture(name.to_s) }
    end

    def fixture_classes = inherited_from(:fixture_classes, {}).merge(@fixture_classes || {})
    def set_fixture_class(classes)
      @fixture_classes = (@fixture_classes || {}).merge(classes.to_h { |set, model| [set.to_s, model] })
    end

    def repair_validations(*models)
      teardown { models.each(&:clear_validators!) }
    end

    def use_instantiated_fixtures=(_); end
    def fixture_paths = []
    def fixture_paths=(_); end
    def parallelize(*, **); end
    def self_and_descendants = []

    private
      def inherited_from(name, default) = superclass.respond_to?(name) ? superclass.public_send(name) : default

      def own_steps(name) = instance_variable_get(name) || instance_variable_set(name, [])

      def define_fixture(set)
        model_name, keys = RailsTests::FIXTURES[set]
        return unless keys
        define_method(set.tr("/", "_")) do |*labels|
          one = labels.one?
          labels = keys.keys if labels.empty?
          found = labels.map { |label| fixture_record(set, model_name, keys.fetch(label.to_s)) }
          one ? found.first : found
        end
      end
  end

  module Fixtures
    private
      def fixture_record(set, model_name, key)
        @fixture_records ||= {}
        @fixture_records[[set, key]] ||= fixture_model(set, model_name).unscoped { fixture_model(set, model_name).find(key) }
      end

      def fixture_model(set, model_name)
        model = self.class.fixture_classes[set] || model_name
        model.is_a?(String) ? Object.const_get(model) : model
      end
  end

  # Settings that a test changes for a while, and what it prints.
  module Surroundings
    def capture_io
      out, err = $stdout, $stderr
      $stdout, $stderr = StringIO.new, StringIO.new
      yield
      [$stdout.string, $stderr.string]
    ensure
      $stdout, $stderr = out, err
    end

    def repair_validations(*models)
      yield
    ensure
      models.each(&:clear_validators!)
    end

    # Time goes on in a migration.
    def travel_to(_) = skip("time cannot be stopped")

    def travel(_) = travel_to(nil)
    def freeze_time = travel_to(nil)

    def silence_stream(_) = yield
    def quietly = yield
    def capture(_stream) = capture_io { yield }.first

    # What a test says of time zones, and whose setting each is.
    ZONES = {
      default: [ActiveRecord, :default_timezone], aware_attributes: [ActiveRecord::Base, :time_zone_aware_attributes],
      aware_types: [ActiveRecord::Base, :time_zone_aware_types], zone: [Time, :zone]
    }

    def with_timezone_config(config)
      old = ZONES.values.map { |holder, name| holder.public_send(name) }
      config.each { |setting, value| ZONES.fetch(setting).then { |holder, name| holder.public_send("#{name}=", value) } }
      yield
    ensure
      ZONES.values.zip(old) { |(holder, name), value| holder.public_send("#{name}=", value) }
    end

    def with_env_tz(zone = "US/Eastern")
      old, ENV["TZ"] = ENV["TZ"], zone
      yield
    ensure
      ENV["TZ"] = old
    end

    def in_time_zone(name, &work)
      with_timezone_config(zone: name && ActiveSupport::TimeZone[name], aware_attributes: !name.nil?, &work)
    end

    def assert_column(model, name, message = nil) = assert_includes(column_names_of(model), name.to_s, message)
    def assert_no_column(model, name, message = nil) = assert_not_includes(column_names_of(model), name.to_s, message)

    def column_names_of(model) = model.tap(&:reset_column_information).column_names
  end

  class Tested
    extend Declarations, Databases
    include Surroundings, Fixtures, Databases, Queries, Assertions

    def initialize(test) = @test = test
    def name = @test

    def setup; end
    def teardown; end

    def run_here
      begin
        self.class.setup_steps.each { |step| step(step) }
        setup
        __send__(name)
      ensure
        teardown
        self.class.teardown_steps.each { |step| step(step) }
      end
    end

    private
      def step(step)
        step.is_a?(Proc) ? instance_exec(&step) : __send__(step)
      end
  end
end

# In place of Active Support's own, which wants Minitest and is not loaded yet.
ActiveSupport.const_set(:TestCase, Class.new(RailsTests::Tested))

ActiveRecord.const_set(:TestCase, Class.new(ActiveSupport::TestCase))
%i[InTimeZone WaitForAsyncTestHelper].each { |name| ActiveRecord::TestCase.const_set(name, Module.new) }
%w[PostgreSQL AbstractMysql Mysql2 Trilogy SQLite3].each do |database|
  ActiveRecord.const_set("#{database}TestCase", Class.new(ActiveRecord::TestCase))
end
