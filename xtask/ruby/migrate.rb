# ruby -ractive_record migrate.rb URL DIR: what a bare Rails process does to migrate, and nothing else. For timing.
require "active_record"

ActiveRecord::Base.establish_connection(ARGV.fetch(0))
ActiveRecord::MigrationContext.new([ARGV.fetch(1)]).migrate
