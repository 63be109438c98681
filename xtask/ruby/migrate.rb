# ruby -ractive_record migrate.rb URL DIR: what a bare Rails process does to migrate, and nothing else. For timing.
require "active_record"

url, dir = ARGV
ActiveRecord::Base.establish_connection(url)
ActiveRecord::MigrationContext.new([dir]).migrate
