# What `Rails.configuration` answers in an application that sets nothing, after railties/lib/rails/configuration.rb,
# rails/railtie/configuration.rb and rails/application/configuration.rb. Evaluated when it is first asked for.

module Rails
  module Configuration
    class Generators
      attr_accessor :aliases, :options, :templates, :fallbacks, :colorize_logging, :api_only

      # `config.generators { |g| .. }`
      def _configure
        yield self if block_given?
        self
      end

      def initialize(active_record)
        @aliases = Hash.new { |h, k| h[k] = {} }
        @options = Hash.new { |h, k| h[k] = {} }
        @fallbacks = {}
        @templates = []
        @colorize_logging = true
        @api_only = false
        orm(:active_record, active_record)
      end

      def method_missing(method, *args)
        method = method.name.delete_suffix("=").to_sym

        if args.empty?
          return method == :rails ? @options[method] : @options[:rails][method]
        end

        if method == :rails || args.first.is_a?(Hash)
          namespace, configuration = method, args.shift
        else
          namespace, configuration = args.shift, args.shift
          namespace = namespace.to_sym if namespace.respond_to?(:to_sym)
          @options[:rails][method] = namespace
        end

        if configuration
          aliases = configuration.delete(:aliases)
          @aliases[namespace].merge!(aliases) if aliases
          @options[namespace].merge!(configuration)
        end
      end

      def respond_to_missing?(*)
        false
      end
    end
  end

  class Application
    class << self
      def config
        Rails.configuration
      end

      def configure(&block)
        Rails.application.configure(&block)
      end
    end

    def configure(&block)
      instance_exec(&block)
    end

    class Configuration
      class Custom
        def initialize
          @configurations = Hash.new
        end

        def method_missing(method, *args)
          if method.end_with?("=")
            @configurations[:"#{method[0..-2]}"] = args.first
          elsif args.empty?
            @configurations.fetch(method) { @configurations[method] = ActiveSupport::OrderedOptions.new }
          else
            raise ArgumentError, "wrong number of arguments (given #{args.length}, expected 0) when reading configuration `#{method}`"
          end
        end

        def respond_to_missing?(symbol, _)
          true
        end
      end

      attr_accessor :allow_concurrency, :asset_host, :assume_ssl, :autoflush_log, :cache_classes, :consider_all_requests_local,
                    :console, :eager_load, :exceptions_app, :filter_parameters, :precompile_filter_parameters, :force_ssl,
                    :helpers_paths, :hosts, :host_authorization, :logger, :log_tags, :silence_healthcheck_path,
                    :railties_order, :relative_url_root, :ssl_options, :public_file_server, :session_options, :time_zone,
                    :reload_classes_only_on_change, :beginning_of_week, :filter_redirect, :x, :require_master_key,
                    :disable_sandbox, :sandbox_by_default, :add_autoload_paths_to_load_path, :rake_eager_load,
                    :server_timing, :log_file_size, :yjit, :encoding, :api_only, :log_level, :root

      def initialize(root, time_zone, active_record)
        @root = root
        @generators = Rails::Configuration::Generators.new(active_record)
        @time_zone = time_zone
        @encoding = Encoding::UTF_8
        @filter_parameters = []
        @filter_redirect = []
        @helpers_paths = []
        @hosts = []
        @host_authorization = {}
        @public_file_server = ActiveSupport::OrderedOptions.new
        @public_file_server.enabled = true
        @public_file_server.index_name = "index"
        @ssl_options = {}
        @beginning_of_week = :monday
        @log_level = :debug
        @railties_order = [:all]
        @reload_classes_only_on_change = true
        @autoflush_log = true
        @x = Custom.new
        @add_autoload_paths_to_load_path = true
        @consider_all_requests_local = @assume_ssl = @force_ssl = @api_only = @require_master_key = false
        @disable_sandbox = @sandbox_by_default = @rake_eager_load = @server_timing = @yjit = false
        @options = %i[
          action_cable action_controller action_dispatch action_mailbox action_mailer action_text action_view active_job
          active_model active_record active_storage active_support i18n
        ].to_h { |railtie| [railtie, ActiveSupport::OrderedOptions.new] }
      end

      def generators(&block)
        @generators._configure(&block)
      end
      alias_method :app_generators, :generators

      # Of what a release makes a default, that which changes what a migration sends.
      def load_defaults(version)
        versions = %w[5.0 5.1 5.2 6.0 6.1 7.0 7.1 7.2 8.0 8.1]
        index = versions.index(version.to_s) || raise("Unknown version #{version.to_s.inspect}")
        versions.first(index + 1).each { |release| DEFAULTS.fetch(release, {}).each { |key, value| active_record[key] = value } }
      end

      # What is for later is called when it is later.
      %i[after_initialize before_initialize before_configuration before_eager_load to_prepare].each do |hook|
        define_method(hook) { |&block| block.call(Rails.application) }
      end

      # Facts of Rails::Application::Configuration#load_defaults (railties 8.1.3.1, MIT).
      DEFAULTS = {
        "5.0" => { belongs_to_required_by_default: true },
        "5.2" => { cache_versioning: true },
        "6.0" => { collection_cache_versioning: true },
        "7.0" => { partial_inserts: false },
        "7.1" => { sqlite3_adapter_strict_strings_by_default: true, belongs_to_required_validates_foreign_key: false },
        "7.2" => { postgresql_adapter_decode_dates: true, validate_migration_timestamps: true },
      }
      private_constant :DEFAULTS

      def respond_to?(name, include_private = false)
        super || @options.key?(name.to_sym)
      end

      private
        def method_missing(name, *args, &blk)
          if name.end_with?("=")
            @options[name[0..-2].to_sym] = args.first
          elsif @options.key?(name)
            @options[name]
          else
            super
          end
        end
    end
  end
end
