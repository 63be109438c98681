# ruby versions.rb RAILS: what Active Record's adapters say that servers of several versions can do.
require "logger"

rails = ARGV.fetch(0)
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"
%w[mysql2 postgresql].each { |name| require "active_record/connection_adapters/#{name}_adapter" }

SERVERS = {
  "mysql" => %w[5.6.51 5.7.5 5.7.8 5.7.44 8.0.0 8.0.1 8.0.13 8.0.16 8.0.19 8.0.36 8.4.3 9.0.1 9.7.0],
  "mariadb" => %w[10.1.48 10.2.21 10.2.44 10.3.9 10.3.39 10.4.34 10.5.0 10.5.2 10.5.25 10.6.18 10.8.1 10.11.8 11.4.3 11.8.2],
  "postgresql" => %w[90500 90624 100023 110022 120020 130016 140013 150008 160004 170000 180000],
}

def adapter(server, version)
  postgresql = server == "postgresql"
  name = postgresql ? "PostgreSQLAdapter" : "Mysql2Adapter"
  adapter = ActiveRecord::ConnectionAdapters.const_get(name).allocate
  version = postgresql ? version.to_i : ActiveRecord::ConnectionAdapters::AbstractAdapter::Version.new(version)
  adapter.define_singleton_method(:database_version) { version }
  adapter.define_singleton_method(:mariadb?) { server == "mariadb" }
  adapter
end

def answers_yes?(adapter, question)
  adapter.method(question).arity.zero? && adapter.send(question)
rescue NoMethodError # It asks the server itself.
  false
end

SERVERS.flat_map { |server, versions| [server].product(versions) }.each do |server, version|
  adapter = adapter(server, version)
  questions = (adapter.methods + adapter.private_methods).grep(/\Asupports_\w+\?\z/).sort
  supported = questions.select { |question| answers_yes?(adapter, question) }
  puts "#{server} #{version}: #{supported.map { |name| name.to_s.delete_suffix("?") }.join(" ")}"
end
