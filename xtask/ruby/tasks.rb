# Runs Rails' db: tasks in the folder of an app for xtask: one JSON request a line on stdin, one JSON answer each on stdout.
#
#   ruby tasks.rb RAILS
#
# RAILS is a checkout of rails/rails. A request, whose task is carried out by a process of its own:
#   {"directory": ..., "tasks": ["db:create", ...], "variables": {"RAILS_ENV": "test"}}
# and its answer:
#   {"exit": 0, "output": ..., "messages": ..., "error": null or {"class", "message"}, "statements": [...]}
#
# The app is config/application.rb, config/environments/ENV.rb and config/database.yml, with the part of Active Record's
# railtie that these tasks see; application.rb says what stands in for the rest of Rails.

require "logger"
require "json"
require "rake"
require "tempfile"

rails = ARGV.first
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"
MigrationRunner = Class.new
require_relative "application"
# A real Rails reads the app's own; the one of application.rb has done its part.
Rails.application = Rails.app_class = nil
ENV.delete("RAILS_ENV")
%w[mysql2 postgresql sqlite3].each { |adapter| require "active_record/connection_adapters/#{adapter}_adapter" }
ActiveRecord.eager_load!
ActiveRecord::Tasks::DatabaseTasks

class TaskRunner
  def initialize(request, reply)
    @directory, @tasks, @variables = request.values_at("directory", "tasks", "variables")
    @reply, @statements = reply, []
  end

  # Answers on the pipe, whatever becomes of the task.
  def run
    files = [$stdout, $stderr].map do |stream|
      Tempfile.create.tap { |file| stream.reopen(file, "a+") && stream.sync = true }
    end
    failure = caught { boot && carry_out }
    [$stdout, $stderr].each(&:flush)
    output, messages = files.map { |file| text(File.read(file.path)) }
    @reply.puts(JSON.generate({ exit: status(failure), output:, messages:, error: described(failure), statements: @statements }))
  end

  private
    def caught
      yield
      nil
    rescue Exception => raised
      raised
    end

    def status(failure)
      case failure
      when nil then 0
      when SystemExit then failure.status
      else 1
      end
    end

    def described(failure)
      return if failure.nil? || failure.is_a?(SystemExit)
      { class: failure.class.name, message: text(failure.message) }
    end

    def boot
      ENV.update(@variables)
      Dir.chdir(@directory)
      Rails.env = ENV["RAILS_ENV"] ||= "development"
      load "./config/application.rb"
      Rails.application.config.root = @directory
      load "./config/environments/#{Rails.env}.rb" if File.exist?("config/environments/#{Rails.env}.rb")
      Dir["./config/initializers/*.rb"].sort.each { |file| load file }
      configure
    end

    # Of active_record/railtie.rb what these tasks see. Seeds are an app's own affair.
    def configure
      ActiveRecord::Tasks::DatabaseTasks.seed_loader = Struct.new(:load_seed).new
      Rails.application.config.active_record.each do |name, value|
        target = ActiveRecord.respond_to?("#{name}=") ? ActiveRecord : ActiveRecord::Base
        target.public_send("#{name}=", value) if target.respond_to?("#{name}=")
      end
      ActiveRecord::Base.configurations = Rails.application.config.database_configuration
      ActiveRecord::Base.establish_connection
    end

    def carry_out
      Rake.application.init("rails", [])
      Rake::Task.define_task(:environment)
      load "active_record/railties/databases.rake"
      ActiveSupport::Notifications.subscribe("sql.active_record") { |*, payload| hear(payload) }
      @tasks.each { |name| Rake::Task[name].invoke }
    end

    def hear(payload)
      return if payload[:cached] || payload[:name] == "SCHEMA"
      binds = payload[:type_casted_binds]
      binds = binds.call if binds.respond_to?(:call)
      @statements << { sql: text(payload[:sql]), name: payload[:name], binds: (binds || []).map { |bind| text(bind.inspect) } }
    end

    def text(string) = string.to_s.dup.force_encoding("UTF-8").scrub
end

answers = $stdout.dup
$stdin.each_line do |line|
  reader, writer = IO.pipe
  child = fork do
    reader.close
    $stdin.reopen(File::NULL)
    TaskRunner.new(JSON.parse(line), writer).run
    writer.close
    exit!(0)
  end
  writer.close
  answers.puts(reader.read)
  answers.flush
  Process.wait(child)
end
