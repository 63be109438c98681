# Runs the migrations that an event brings, {"migrate/20240102030405_create_users.rb": BASE64, ...}, as `rails db:migrate` does.
require "active_record"
require "aws-sdk-kms"
require "base64"
require "fileutils"
require "logger"
require "tmpdir"

module Function
  def self.handle(event:, context:)
    Dir.mktmpdir do |root|
      event.each do |path, content|
        file = File.join(root, "db", path)
        FileUtils.mkdir_p(File.dirname(file))
        File.binwrite(file, Base64.decode64(content))
      end
      migrate(File.join(root, "db/migrate"))
    end
    { status: "ok" }
  end

  def self.migrate(folder)
    ActiveRecord::Base.logger = Logger.new($stdout) if ENV["RAILS_LOG_TO_STDOUT"]
    ActiveRecord::Base.establish_connection(
      adapter: "mysql2",
      host: ENV.fetch("DATABASE_HOST"),
      port: ENV.fetch("DATABASE_PORT", 3306).to_i,
      database: ENV.fetch("DATABASE_NAME"),
      username: ENV.fetch("DATABASE_USERNAME"),
      password: password,
    )
    ActiveRecord::MigrationContext.new(folder).migrate
  ensure
    ActiveRecord::Base.connection_handler.clear_all_connections!
  end

  def self.password
    blob = Base64.decode64(ENV.fetch("DATABASE_PASSWORD_ENCRYPTED"))
    Aws::KMS::Client.new.decrypt(ciphertext_blob: blob).plaintext
  end
end
