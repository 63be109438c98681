# ruby dump.rb RAILS: dumps schemas for xtask as this Rails writes schema.rb. A JSON request a line on stdin, with the fields of
# runner.rb's; for each one line of JSON on stdout, the text or what kept it from being written.

require "logger"
require "json"
require "stringio"

rails = ARGV.fetch(0)
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
require "active_record"

def source = ActiveRecord.version < Gem::Version.new("7.2") ? ActiveRecord::Base.connection : ActiveRecord::Base.connection_pool

def dump(request)
  %w[table_name_prefix table_name_suffix].each { |name| ActiveRecord::Base.public_send("#{name}=", request[name].to_s) }
  ActiveRecord::Base.establish_connection(request["url"])
  text = StringIO.new
  ActiveRecord::SchemaDumper.dump(source, text)
  text.string
rescue StandardError => error
  "#{error.class}: #{error.message}"
ensure
  ActiveRecord::Base.connection_handler.clear_all_connections!(:all)
end

requests, answers = $stdin.dup, $stdout.dup
$stdout.reopen(File::NULL)
requests.each_line do |line|
  answers.puts(JSON.generate(dump(JSON.parse(line))))
  answers.flush
end
