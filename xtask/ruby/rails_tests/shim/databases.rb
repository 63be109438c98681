# Which database it is, and what it can do.
module RailsTests
  module Databases
    ADAPTERS = {
      "SQLite" => [:SQLite3Adapter], "PostgreSQL" => [:PostgreSQLAdapter],
      "Mysql2" => [:Mysql2Adapter, :AbstractMysqlAdapter], "Trilogy" => [:TrilogyAdapter, :AbstractMysqlAdapter]
    }

    def current_adapter?(*names)
      (ADAPTERS.fetch(ActiveRecord::Base.lease_connection.adapter_name) & names).any?
    end

    def in_memory_db? = false
    def sqlite3_adapter_strict_strings_disabled? = current_adapter?(:SQLite3Adapter)
    def mysql_enforcing_gtid_consistency? = false

    def supports_default_expression?
      return current_adapter?(:PostgreSQLAdapter) unless current_adapter?(:AbstractMysqlAdapter)
      at_least?("10.2.1", "8.0.13")
    end

    def supports_non_unique_constraint_name?
      current_adapter?(:AbstractMysqlAdapter) && ActiveRecord::Base.lease_connection.mariadb?
    end

    def supports_text_column_with_default? = !current_adapter?(:AbstractMysqlAdapter) || supports_non_unique_constraint_name?

    def supports_sql_standard_drop_constraint?
      return current_adapter?(:PostgreSQLAdapter) unless current_adapter?(:AbstractMysqlAdapter)
      at_least?("10.3.13", "8.0.19")
    end

    %w[
      savepoints partial_index partitioned_indexes expression_index index_include insert_returning insert_on_duplicate_skip
      insert_on_duplicate_update insert_conflict_target optimizer_hints datetime_with_precision nulls_not_distinct
      identity_columns virtual_columns native_partitioning
    ].each do |feature|
      define_method("supports_#{feature}?") { ActiveRecord::Base.lease_connection.public_send("supports_#{feature}?") }
    end

    def enable_extension!(extension, connection)
      return false unless connection.supports_extensions?
      connection.enable_extension(extension) unless connection.extension_enabled?(extension)
    end

    def disable_extension!(extension, connection)
      return false unless connection.supports_extensions?
      connection.disable_extension(extension, force: :cascade) if connection.extension_enabled?(extension)
    end

    def quote_table_name(name) = ActiveRecord::Base.lease_connection.quote_table_name(name)

    private
      def at_least?(mariadb, mysql)
        connection = ActiveRecord::Base.lease_connection
        connection.database_version >= (connection.mariadb? ? mariadb : mysql)
      end
  end
end

QUOTED_TYPE = ActiveRecord::Base.lease_connection.quote_column_name("type")
