# run: migrate
class DatabaseVersion < ActiveRecord::Migration[8.1]
  VERSION = ActiveRecord::ConnectionAdapters::AbstractAdapter::Version

  def tell(label)
    say "#{label}: #{yield.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip.gsub(/ for an instance.*/, "")[0, 100]}"
  end

  def up
    version = connection.database_version
    tell("class") { version.class }
    tell("asked anew") { connection.get_database_version.class }
    tell("of the pool") { connection.pool.server_version(connection).class }
    tell("of the cache") { connection.schema_cache.database_version.class }
    tell("at least") { [version >= "3.6.4", version < "99.100", version > "99.99"] }
    tell("equal") { version == version }
    tell("text") { version.to_s.match?(/\A\d+/) && "#{version}" == version.to_s }
    tell("with a number") { version >= 90_000 }
    tell("with nothing") { version <=> nil }
    tell("matched") { version =~ /1/ }
    tell("split") { version.split(".").size }
    add_column(:rows, :n, :integer) if table_exists?(:rows) && version >= "3.6.4"
    made = VERSION.new("8.0.30", "8.0.30-rc1")
    ["8.0.4", "8.0.30", "8.0.100", "8", "8.0.30.1", "10.1", "", "8.0.30-rc", "x"].each do |other|
      tell(other) { [made <=> other, made > other, made == other, made >= other] }
    end
    tell("made") { [made.to_s, made.full_version_string, VERSION.new("10.6-x").to_s, VERSION.new("1").full_version_string] }
    tell("between") { [made.between?("8.0.4", "8.0.31"), made.between?("8.0.4", "8.0.5")] }
    tell("none") { VERSION.new }
  end
end
