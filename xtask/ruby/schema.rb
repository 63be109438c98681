# ruby schema.rb RAILS LOADED FILE DUMPED [REQUIRED...]: what one version of Rails does with a schema.rb.
#
# Loads FILE into the database at the URL LOADED, as `db:schema:load` does, then dumps the database at the URL DUMPED, and
# prints one JSON object: "error" of the load ("Class: message", or null), "dump", the text or the error, and "ruby", its version.

require "logger"
require "json"
require "stringio"

rails, loaded, file, dumped, *required = ARGV
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"
required.each { |path| require path }

module Rails
  def self.env = @env ||= ActiveSupport::StringInquirer.new("development")
end

answers, $stdout = $stdout, StringIO.new
$stderr = StringIO.new
Tasks = ActiveRecord::Tasks::DatabaseTasks

# Of what the block raises, whatever it is.
def error
  yield
  nil
rescue Exception => raised
  "#{raised.class}: #{raised.message}"
end

def connect(url)
  configurations = ActiveRecord::DatabaseConfigurations.new("development" => { "primary" => { "url" => url } })
  ActiveRecord::Base.configurations = configurations
  configurations.configs_for(env_name: "development").first.tap { |config| ActiveRecord::Base.establish_connection(config) }
end

failure = error do
  config = connect(loaded)
  Tasks.env, Tasks.root, Tasks.db_dir = "development", File.dirname(file), File.dirname(file)
  Tasks.database_configuration = ActiveRecord::Base.configurations
  Tasks.load_schema(config, :ruby, file)
end
ActiveRecord::Base.connection_handler.clear_all_connections!(:all)

text = StringIO.new
unwritten = error do
  connect(dumped)
  base = ActiveRecord::Base
  source = ActiveRecord.version < Gem::Version.new("7.2") ? base.connection : base.connection_pool
  ActiveRecord::SchemaDumper.dump(source, text)
end
answers.puts(JSON.generate(error: failure, dump: unwritten || text.string, ruby: RUBY_VERSION))
