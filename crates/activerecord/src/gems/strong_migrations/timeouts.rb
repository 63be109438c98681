# What the initializer of an app may set, and the time limits that it asks for, after lib/strong_migrations/checker.rb and
# its adapters. Evaluated where an app has config/initializers/strong_migrations.rb.
module StrongMigrations
  class << self
    attr_accessor :alphabetize_schema, :auto_analyze, :check_down, :enabled_checks, :error_messages, :lock_timeout,
                  :lock_timeout_limit, :lock_timeout_retries, :lock_timeout_retry_delay, :remove_invalid_indexes,
                  :safe_by_default, :skipped_databases, :start_after, :statement_timeout, :target_mariadb_version,
                  :target_mysql_version, :target_postgresql_version, :target_sql_mode, :target_version, :transaction_timeout

    def add_check = nil
    def disable_check(check) = nil
    def enable_check(check, start_after: nil) = nil
    def skip_database(database) = skipped_databases << database

    def before(migration)
      return if migration.is_a?(ActiveRecord::Schema) || migration.instance_variable_get(:@strong_migrations_timeouts_set)
      migration.instance_variable_set(:@strong_migrations_timeouts_set, true)
      set_statement_timeout(migration.connection, statement_timeout) if statement_timeout
      set_lock_timeout(migration.connection, lock_timeout) if lock_timeout
    end

    def after(migration, method, args, up)
      analyze(migration.connection, args.first) if auto_analyze && up && adds_index?(method, args)
    end

    private

    def adds_index?(method, args)
      case method
      when :add_index then true
      when :add_reference, :add_belongs_to then !!args.extract_options!.fetch(:index, true)
      else false
      end
    end

    def analyze(connection, table)
      command = connection.adapter_name == "PostgreSQL" ? "ANALYZE" : "ANALYZE TABLE"
      connection.execute "#{command} #{connection.quote_table_name(table.to_s)}" unless connection.adapter_name == "SQLite"
    end

    def set_statement_timeout(connection, timeout)
      case connection.adapter_name
      when "PostgreSQL"
        set(connection, "statement_timeout", timeout)
      when "Mysql2", "Trilogy"
        if connection.mariadb?
          connection.select_all("SET max_statement_time = #{connection.quote(seconds(timeout))}")
        else
          connection.select_all("SET max_execution_time = #{connection.quote((timeout.to_f * 1000).ceil)}")
        end
      end
    end

    def set_lock_timeout(connection, timeout)
      case connection.adapter_name
      when "PostgreSQL" then set(connection, "lock_timeout", timeout)
      when "Mysql2", "Trilogy" then connection.select_all("SET lock_wait_timeout = #{connection.quote(seconds(timeout))}")
      end
    end

    def set(connection, setting, timeout)
      # A limit below a millisecond must not become none.
      timeout = (timeout.to_f * 1000).ceil unless timeout.is_a?(String)
      connection.select_all("SET #{setting} TO #{connection.quote(timeout)}")
    end

    def seconds(timeout) = timeout.is_a?(ActiveSupport::Duration) ? timeout.value : timeout
  end

  self.auto_analyze = false
  self.start_after = 0
  self.lock_timeout_retries = 0
  self.skipped_databases = []
  self.error_messages = {}
  self.enabled_checks = {}
end
