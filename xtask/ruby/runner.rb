# Runs migrations through real Active Record for xtask: one JSON request a line on stdin, JSON events on stdout.
#
#   ruby runner.rb RAILS [FILE...]
#
# RAILS is a checkout of rails/rails; the FILEs are required after it. A request:
#   {"url": ..., "directory": ..., "command": "migrate" | "migrate VERSION" | "up VERSION" | "down VERSION" |
#    "rollback STEPS" | "keep_going" | "keep_going_down", "table_name_prefix": "", "table_name_suffix": "",
#    "isolated": false, "patience": null or, where isolated, seconds}
# Events: one "migration" for each migration run, "raised" for an error outside of them, and "done" with schema.rb.
#
# This is bare Rails: a connection, `Rails.env` production, no app code and no defaults of an app.

require "logger"
require "json"
require "stringio"
require "timeout"

rails, *files = ARGV
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"
require_relative "rows"
Dir["#{rails}/activerecord/lib/active_record/connection_adapters/{mysql2,postgresql,sqlite3}_adapter.rb"].each { |file| require file }

module Rails
  def self.env = @env ||= ActiveSupport::EnvironmentInquirer.new("production")
end

# Lets a block stand around a method of Rails': it is given the receiver, the arguments, and Rails' own as its block.
def around(target, name, &work)
  target.prepend(Module.new do
    define_method(name) { |*arguments, &block| work.call(self, *arguments) { super(*arguments, &block) } }
  end)
end

# Old migrations inherit straight from ActiveRecord::Migration, which Rails refuses; Maglev reads it as [4.2].
DIRECTLY = /^(\s*class\s+\S+\s*<\s*(?:::)?ActiveRecord::Migration)(?=\s*(?:$|;|#))/

around(ActiveRecord::MigrationProxy, :load_migration) do |proxy, &rails|
  source = File.read(proxy.filename)
  next rails.call unless source.valid_encoding? && source.match?(DIRECTLY)
  Object.send(:remove_const, proxy.name) if Object.const_defined?(proxy.name, false)
  Object.class_eval(source.gsub(DIRECTLY, '\1[4.2]'), File.expand_path(proxy.filename), 1)
  Object.const_get(proxy.name).new(proxy.name, proxy.version)
end

# What `maglev --implied-models` does: a constant that nothing defines and whose table exists becomes a plain model, within
# the module that misses it or at the top, until the migration ends.
class ImpliedModels
  attr_writer :on

  def initialize = @made = []

  def forget = @made.each { |holder, name| holder.send(:remove_const, name) }.clear

  def imply(holder, name)
    return unless @on && ActiveRecord::Base.connected?
    within = holder != Object && holder.name && !(holder.is_a?(Class) && holder < ActiveRecord::Migration)
    model = make(holder, name) if within
    return model if model
    return @made.include?([Object, name]) ? Object.const_get(name) : nil if Object.const_defined?(name, false)
    make(Object, name)
  end

  private
    def make(holder, name)
      model = holder.const_set(name, Class.new(ActiveRecord::Base))
      return holder.send(:remove_const, name).then { nil } unless ActiveRecord::Base.connection.data_source_exists?(model.table_name)
      model.inheritance_column = nil
      @made << [holder, name]
      model.tap(&:reset_column_information)
    end
end

class MigrationRunner
  # Long enough for any migration without rows, short enough for an endless loop.
  PATIENCE = 60

  def initialize(implied_models)
    @implied_models = implied_models
    @requests, @events = $stdin.dup, $stdout.dup
    [$stdin, $stdout, $stderr].each { |stream| stream.reopen(File::NULL) }
    ActiveSupport::Notifications.subscribe("sql.active_record") { |*, payload| hear(payload) }
  end

  def start
    @requests.each_line do |line|
      request = JSON.parse(line)
      request["isolated"] ? serve_apart(request) : serve(request)
    end
  end

  # A migration has a model.
  def modelled = @models = true

  def observe(migration, direction)
    @statements, @models = [], false
    @implied_models.forget
    $stdout = output = StringIO.new
    failure = caught { Timeout.timeout(PATIENCE) { yield } }
    $stdout = STDOUT
    tell("migration", version: migration.version.to_s, name: migration.name, file: migration.basename, direction:,
         statements: @statements, output: output.string, error: failure && describe(failure), models: @models)
    @statements = nil
    raise failure if failure
  end

  private
    def hear(payload)
      return if @statements.nil? || payload[:cached] || payload[:name] == "SCHEMA"
      binds = payload[:type_casted_binds]
      binds = binds.call if binds.respond_to?(:call)
      @statements << { sql: text(payload[:sql]), name: payload[:name], binds: (binds || []).map { |bind| text(bind.inspect) } }
    end

    # What a block raises, whatever it is.
    def caught
      yield
      nil
    rescue Exception => raised
      raised
    end

    # Tells of what a block raises, unless it was told, and answers whether it raised.
    def telling(&work)
      failure = caught(&work)
      tell("raised", error: describe(failure)) if failure && !@reported.equal?(failure)
      !failure.nil?
    end

    # In a process of its own, which leaves nothing behind in this one; without schema.rb. What waits for a lock of its
    # own other connection waits for ever, and a time-out that Ruby code rescues has no effect: it is killed.
    def serve_apart(request)
      @loaded ||= ActiveRecord.eager_load! || true
      child = fork do
        Process.setpgrp
        telling { attend(request) }
        exit!(0)
      end
      await(child, request["patience"])
      tell("done", schema: "")
    end

    def await(child, patience)
      watcher = Process.detach(child)
      return watcher.join if watcher.join(patience)
      Process.kill(:KILL, -child)
      watcher.join
      # It may have been in the middle of a line.
      @events.puts
      tell("raised", error: { class: "Timeout::Error", message: "killed after #{patience} s", wrapper: nil, backtrace: [] })
    end

    def serve(request)
      telling { attend(request) }
      schema = dump
      disconnect
      tell("done", schema:)
      forget(request["directory"])
    end

    def attend(request)
      connect(request)
      run(request)
    end

    # The next request must not see the classes and types of this one, and reads its files again.
    def forget(directory)
      ActiveRecord::Type.registry = @types
      $LOADED_FEATURES.reject! { |file| file.start_with?(directory) }
      Object.constants.each do |name|
        next if Object.autoload?(name)
        file, = Object.const_source_location(name)
        Object.send(:remove_const, name) if file&.start_with?(directory)
      end
    end

    def connect(request)
      @types = ActiveRecord::Type.registry.dup
      ActiveRecord::Base.establish_connection(request["url"])
      %w[table_name_prefix table_name_suffix].each { |name| ActiveRecord::Base.public_send("#{name}=", request[name].to_s) }
      ActiveRecord::Base.schema_migrations_table_name = "schema_migrations"
      ActiveRecord::Migration.delegate = ActiveRecord::Migration.new
      be_verbose
      @rows = request["rows"].to_i
      @implied_models.on = request["implied_models"]
    end

    # A migration that fails may leave it off.
    def be_verbose = ActiveRecord::Migration.verbose = true

    def disconnect = ActiveRecord::Base.connection_handler.clear_all_connections!(:all)

    def recover
      disconnect
      be_verbose
    end

    # What stands before a migration in a history with rows.
    def prepare(migration)
      return if @rows.zero?
      failure = caught do
        statements = Rows.new(ActiveRecord::Base.connection, @rows).fill
        tell("rows", version: migration.version.to_s, statements:) if statements.any?
      end
      return if failure.nil?
      failure.is_a?(ActiveRecord::ActiveRecordError) ? recover : raise(failure)
    end

    def run(request)
      context = ActiveRecord::MigrationContext.new(request["directory"])
      command, argument = request["command"].split
      case command
      when "migrate" then context.migrate(argument&.to_i)
      when "up", "down" then context.run(command.to_sym, argument.to_i)
      when "rollback" then context.rollback(argument.to_i)
      when "keep_going" then keep_going(context)
      when "keep_going_down" then keep_going_down(context)
      else raise ArgumentError, "unknown command #{command}"
      end
    end

    def run_alone(context, direction, migration)
      tables = [context.schema_migration, context.internal_metadata]
      ActiveRecord::Migrator.new(direction, [migration], *tables, migration.version).run
    end

    # A migration that fails is marked as run, and the next one follows.
    def keep_going(context)
      @failed = context.migrations.map do |migration|
        failed = telling do
          prepare(migration)
          run_alone(context, :up, migration)
        end
        next unless failed
        recover
        context.schema_migration.create_version(migration.version.to_s)
        migration.version
      end.compact
    end

    # Takes back what `keep_going` did; what fails is marked as taken back.
    def keep_going_down(context)
      @failed.each { |version| context.schema_migration.delete_version(version.to_s) }
      # Rails does not go below version 0.
      taken_back = context.migrations.reject { |migration| @failed.include?(migration.version) || migration.version.zero? }
      taken_back.reverse_each do |migration|
        next unless telling { run_alone(context, :down, migration) }
        recover
        context.schema_migration.delete_version(migration.version.to_s)
      end
    end

    def describe(error)
      @reported = error
      wrapped = error.instance_of?(StandardError) && error.message.start_with?("An error has occurred, ")
      inner = wrapped && error.cause ? error.cause : error
      { class: inner.class.name, message: text(inner.message), wrapper: wrapped ? text(error.message.lines.first.chomp) : nil,
        backtrace: inner.backtrace.to_a.grep(%r{/\d+_\w+\.(\w+\.)?rb:}).first(3) }
    end

    def dump
      schema = StringIO.new
      failure = caught { ActiveRecord::SchemaDumper.dump(ActiveRecord::Base.connection_pool, schema) }
      return "#{failure.class}: #{failure.message}" if failure
      schema.string.lines.drop_while { |line| line.start_with?("#") || line == "\n" }.join
    end

    def text(string) = string.to_s.dup.force_encoding("UTF-8").scrub

    def tell(event, **rest)
      @events.puts(JSON.generate({ event:, **rest }))
      @events.flush
    end
end

implied_models = ImpliedModels.new
runner = MigrationRunner.new(implied_models)

around(ActiveRecord::Base.singleton_class, :inherited) do |*, &rails|
  runner.modelled
  rails.call
end
around(Module, :const_missing) { |holder, name, &rails| implied_models.imply(holder, name) || rails.call }
around(ActiveRecord::Migrator, :execute_migration_in_transaction) do |migrator, migration, &rails|
  direction = migrator.instance_variable_get(:@direction)
  wanted = (direction == :up) ^ migrator.send(:ran?, migration)
  wanted ? runner.observe(migration, direction, &rails) : rails.call
end

files.each { |file| require file }
runner.start
