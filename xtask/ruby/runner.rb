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

# Old migrations inherit straight from ActiveRecord::Migration, which Rails refuses; Maglev reads it as [4.2].
module DirectInheritance
  CLASS_LINE = /^(\s*class\s+\S+\s*<\s*(?:::)?ActiveRecord::Migration)(?=\s*(?:$|;|#))/

  def load_migration
    source = File.read(filename)
    return super unless source.valid_encoding? && source.match?(CLASS_LINE)
    Object.send(:remove_const, name) rescue nil
    Object.class_eval(source.gsub(CLASS_LINE, '\1[4.2]'), File.expand_path(filename), 1)
    name.constantize.new(name, version)
  end
end
ActiveRecord::MigrationProxy.prepend(DirectInheritance)

# Tells the runner that a migration has a model.
module Modelled
  def inherited(subclass)
    Runner.models = true
    super
  end
end
ActiveRecord::Base.singleton_class.prepend(Modelled)
# What `maglev --implied-models` does: a constant that nothing defines and whose table exists becomes a plain model, within
# the module that misses it or at the top, until the migration ends.
module ImpliedModels
  class << self
    attr_accessor :on

    def forget
      made.each { |holder, name| holder.send(:remove_const, name) }
      made.clear
    end

    def imply(holder, name)
      return unless on && ActiveRecord::Base.connected?
      within = holder != Object && holder.name && !(holder.is_a?(Class) && holder < ActiveRecord::Migration)
      model = make(holder, name) if within
      return model if model
      return made.include?([Object, name]) ? Object.const_get(name) : nil if Object.const_defined?(name, false)
      make(Object, name)
    end

    private
      def made = @made ||= []

      def make(holder, name)
        model = holder.const_set(name, Class.new(ActiveRecord::Base))
        unless ActiveRecord::Base.connection.data_source_exists?(model.table_name)
          holder.send(:remove_const, name)
          return
        end
        model.inheritance_column = nil
        model.reset_column_information
        made << [holder, name]
        model
      end
  end

  def const_missing(name) = ImpliedModels.imply(self, name) || super
end
Module.prepend(ImpliedModels)

# Tells the runner where a migration begins and ends.
module Observed
  def execute_migration_in_transaction(migration)
    wanted = @direction == :up ? !ran?(migration) : ran?(migration)
    return super unless wanted
    Runner.observe(migration, @direction) { super }
  end
end
ActiveRecord::Migrator.prepend(Observed)

module Runner
  # Long enough for any migration without rows, short enough for an endless loop.
  PATIENCE = 60

  class << self
    attr_writer :models

    def start
      @requests = $stdin.dup
      @events = $stdout.dup
      $stdin.reopen(File::NULL)
      $stdout.reopen(File::NULL)
      $stderr.reopen(File::NULL)
      subscribe
      @requests.each_line do |line|
        request = JSON.parse(line)
        request["isolated"] ? serve_apart(request) : serve(request)
      end
    end

    def observe(migration, direction)
      @statements = []
      @models = false
      ImpliedModels.forget
      $stdout = output = StringIO.new
      error = nil
      begin
        Timeout.timeout(PATIENCE) { yield }
      rescue Exception => error
        raise
      end
    ensure
      $stdout = STDOUT
      emit(event: "migration", version: migration.version.to_s, name: migration.name, file: migration.basename,
           direction:, statements: @statements, output: output.string, error: error && describe(error),
           models: @models)
      @statements = nil
    end

    private
      def subscribe
        ActiveSupport::Notifications.subscribe("sql.active_record") do |*, payload|
          next if @statements.nil? || payload[:cached] || payload[:name] == "SCHEMA"
          binds = payload[:type_casted_binds]
          binds = binds.call if binds.respond_to?(:call)
          @statements << { sql: text(payload[:sql]), name: payload[:name], binds: (binds || []).map { |bind| text(bind.inspect) } }
        end
      end

      # In a process of its own, which leaves nothing behind in this one; without schema.rb. What waits for a lock of its
      # own other connection waits for ever, and a time-out that Ruby code rescues has no effect: it is killed.
      def serve_apart(request)
        @loaded ||= ActiveRecord.eager_load! || true
        child = fork do
          Process.setpgrp
          begin
            connect(request)
            run(request)
          rescue Exception => error
            emit(event: "raised", error: describe(error)) unless @reported.equal?(error)
          end
          exit!(0)
        end
        await(child, request["patience"])
        emit(event: "done", schema: "")
      end

      def await(child, patience)
        watcher = Process.detach(child)
        return watcher.join if watcher.join(patience)
        Process.kill(:KILL, -child)
        watcher.join
        # It may have been in the middle of a line.
        @events.puts
        emit(event: "raised", error: { class: "Timeout::Error", message: "killed after #{patience} s", wrapper: nil, backtrace: [] })
      end

      def serve(request)
        connect(request)
        run(request)
      rescue Exception => error
        emit(event: "raised", error: describe(error)) unless @reported.equal?(error)
      ensure
        emit(event: "done", schema: dump)
        ActiveRecord::Base.connection_handler.clear_all_connections!(:all)
        forget(request["directory"])
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
        ActiveRecord::Base.table_name_prefix = request["table_name_prefix"].to_s
        ActiveRecord::Base.table_name_suffix = request["table_name_suffix"].to_s
        ActiveRecord::Base.schema_migrations_table_name = "schema_migrations"
        ActiveRecord::Migration.verbose = true
        ActiveRecord::Migration.delegate = ActiveRecord::Migration.new
        @rows = request["rows"].to_i
        ImpliedModels.on = request["implied_models"]
      end

      # What stands before a migration in a history with rows.
      def prepare(migration)
        return if @rows.zero?
        statements = Rows.new(ActiveRecord::Base.connection, @rows).fill
        emit(event: "rows", version: migration.version.to_s, statements:) if statements.any?
      rescue ActiveRecord::ActiveRecordError
        recover
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

      # A migration that fails is marked as run, and the next one follows.
      def keep_going(context)
        @failed = []
        context.migrations.each do |migration|
          prepare(migration)
          ActiveRecord::Migrator.new(:up, [migration], context.schema_migration, context.internal_metadata, migration.version).run
        rescue Exception => error
          emit(event: "raised", error: describe(error)) unless @reported.equal?(error)
          recover
          context.schema_migration.create_version(migration.version.to_s)
          @failed << migration.version
        end
      end

      # Takes back what `keep_going` did; what fails is marked as taken back.
      def keep_going_down(context)
        @failed.each { |version| context.schema_migration.delete_version(version.to_s) }
        context.migrations.reverse_each do |migration|
          # Rails does not go below version 0.
          next if @failed.include?(migration.version) || migration.version.zero?
          ActiveRecord::Migrator.new(:down, [migration], context.schema_migration, context.internal_metadata, migration.version).run
        rescue Exception => error
          emit(event: "raised", error: describe(error)) unless @reported.equal?(error)
          recover
          context.schema_migration.delete_version(migration.version.to_s)
        end
      end

      def recover
        ActiveRecord::Base.connection_handler.clear_all_connections!(:all)
        ActiveRecord::Migration.verbose = true
      end

      def describe(error)
        @reported = error
        wrapped = error.instance_of?(StandardError) && error.message.start_with?("An error has occurred, ")
        inner = wrapped && error.cause ? error.cause : error
        { class: inner.class.name, message: text(inner.message), wrapper: wrapped ? text(error.message.lines.first.chomp) : nil,
          backtrace: inner.backtrace.to_a.grep(%r{/\d+_\w+\.(\w+\.)?rb:}).first(3) }
      end

      def dump
        stream = StringIO.new
        ActiveRecord::SchemaDumper.dump(ActiveRecord::Base.connection_pool, stream)
        stream.string.lines.drop_while { |line| line.start_with?("#") || line == "\n" }.join
      rescue Exception => error
        "#{error.class}: #{error.message}"
      end

      def text(string) = string.to_s.dup.force_encoding("UTF-8").scrub

      def emit(event)
        @events.puts(JSON.generate(event))
        @events.flush
      end
  end
end

files.each { |file| require file }
Runner.start
