# ruby -ractive_record load.rb URL FILE: what a bare Rails process does to load a schema.rb, and nothing else. For timing.
require "active_record"

ActiveRecord::Base.establish_connection(ARGV.fetch(0))
ActiveRecord::Schema.verbose = false
load(ARGV.fetch(1))
