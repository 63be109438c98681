# What a generated application adds to Active Record, as far as migrations see it: Rails.root, Rails.configuration and
# Rails.application from railties itself, the time zone, the app's inflections and its generators' type of keys. Railties
# wants gems that nothing here uses; empty classes stand in for them.
activerecord = $LOAD_PATH.find { |path| path.end_with?("/activerecord/lib") }
railties, actionpack = %w[railties actionpack].map { |gem| activerecord.sub("/activerecord/", "/#{gem}/") }
$LOAD_PATH.unshift(railties, actionpack)
$LOADED_FEATURES << "#{actionpack}/action_dispatch/railtie.rb"
ENV.update("RAILS_ENV" => "production")

# Railties names these three.
ActionDispatch = Module.new
ActionDispatch::HostAuthorization = Module.new.tap { |hosts| hosts.const_set(:ALLOWED_HOSTS_IN_DEVELOPMENT, []) }
ActionDispatch::Routing = Module.new.tap { |routing| routing.const_set(:RouteSet, Class.new) }

require "rails"

class Rails::Autoloaders
  def initialize = nil
  def each = nil
end

class ActiveRecordRailtie < Rails::Railtie
  config.active_record = ActiveSupport::OrderedOptions[]
  config.app_generators.orm :active_record, migration: true, timestamps: true
end

Generated = Module.new
Generated::Application = Class.new(Rails::Application)

Time.zone_default = Time.find_zone!(Rails.application.config.time_zone)

module InApplication
  private
    def connect(request)
      super
      root = request["directory"].delete_suffix("/db/migrate")
      settings = Rails.application.config
      settings.root = root
      of_migrations = settings.generators.options[:active_record]
      of_migrations[:primary_key_type] = primary_key_type(root)
      of_migrations.compact!
      inflect(root)
    end

    def inflect(root)
      ActiveSupport::Inflector::Inflections.instance_variable_set(:@__en_instance__, nil)
      load "active_support/inflections.rb"
      inflections = "#{root}/config/initializers/inflections.rb"
      load inflections if File.exist?(inflections)
    end

    def primary_key_type(root)
      ["#{root}/config/application.rb", *Dir["#{root}/config/initializers/*.rb"].sort].select { |path| File.exist?(path) }.each do |path|
        File.read(path).each_line do |line|
          return $1.to_sym if line.sub(/#.*/, "") =~ /primary_key_type(?:: |["']? *=> *)[:"']?(\w+)/
        end
      end
      nil
    end
end
MigrationRunner.prepend(InApplication)
