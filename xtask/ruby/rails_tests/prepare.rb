# ruby prepare.rb RAILS URL OUT: loads the schema and the fixtures of Active Record's tests into a database, and writes
# OUT/fixtures.rb, which says which record each fixture is.
require "logger"

rails, url, out = ARGV
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
tests = "#{rails}/activerecord/test"
$LOAD_PATH.unshift(tests)
require "active_record"
require "active_record/fixtures"
require "active_support/test_case"
require "support/adapter_helper"

class ActiveRecord::TestCase < ActiveSupport::TestCase
  [self, singleton_class].each { |whose| whose.include(AdapterHelper) }
end

# Nil, and a word about it, where a file wants what is not there.
def attempt(what)
  yield
rescue Exception => refusal
  warn "#{what}: #{refusal.message.lines.first}"
end

def unseen
  $stdout = File.open(File::NULL, "w")
  yield
ensure
  $stdout = STDOUT
end

ActiveRecord::Base.establish_connection(url:)
# The tables of Rails' second database stand in this one.
%w[college course professor other_dog].each { |model| require "models/#{model}" }
database = ActiveRecord::Base.lease_connection.adapter_name.downcase.sub("sqlite3", "sqlite")
schemas = ["#{tests}/schema/schema.rb", "#{tests}/schema/#{database}_specific_schema.rb"].select { |path| File.exist?(path) }
unseen { schemas.each { |path| load path } }

# A model that cannot be read is no model of a fixture that is wanted.
Dir["#{tests}/models/**/*.rb"].sort.each { |path| attempt(path) { require path } }

SETS = ActiveRecord::FixtureSet

def load_fixtures(root, set) = SETS.create_fixtures(root, [set], {}).first

loaded = Dir["#{tests}/fixtures/{,admin/}*.yml"].sort.filter_map do |path|
  set = path.delete_prefix("#{tests}/fixtures/").delete_suffix(".yml")
  attempt(set) { [set, load_fixtures("#{tests}/fixtures", set)] }
end
# Of several sets for one table the last one stays, which is to be the table's own.
SETS.reset_cache
tables = loaded.map { |_, fixtures| fixtures.table_name }
tables.select { |table| tables.count(table) > 1 }.uniq.each do |table|
  load_fixtures("#{tests}/fixtures", table) if loaded.any? { |set, _| set == table }
end

fixtures = loaded.filter_map do |set, found|
  model = found.model_class
  next unless model && found.fixtures.any?
  keys = found.fixtures.to_h do |label, fixture|
    values = Array(model.primary_key).map { |column| fixture.to_h[column] || SETS.identify(label) }
    [label, model.primary_key.is_a?(Array) ? values : values.first]
  end
  [set, [model.name, keys]]
end
File.write("#{out}/fixtures.rb", "RailsTests::FIXTURES = #{fixtures.to_h.inspect}\n")
