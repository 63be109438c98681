# Which database it is, and what it can do.
module RailsTests
  module Databases
    ADAPTERS = {
      "SQLite" => [:SQLite3Adapter], "PostgreSQL" => [:PostgreSQLAdapter],
      "Mysql2" => [:Mysql2Adapter, :AbstractMysqlAdapter], "Trilogy" => [:TrilogyAdapter, :AbstractMysqlAdapter]
    }

    def self.leased = ActiveRecord::Base.lease_connection

    def current_adapter?(*names) = (ADAPTERS.fetch(Databases.leased.adapter_name) & names).any?

    def in_memory_db? = false
    def sqlite3_adapter_strict_strings_disabled? = current_adapter?(:SQLite3Adapter)
    def mysql_enforcing_gtid_consistency? = false

    # MariaDB, and MySQL, since these versions; PostgreSQL always.
    SINCE = { "default_expression" => %w[10.2.1 8.0.13], "sql_standard_drop_constraint" => %w[10.3.13 8.0.19] }
    SINCE.each do |feature, (mariadb, mysql)|
      define_method("supports_#{feature}?") do
        next current_adapter?(:PostgreSQLAdapter) unless current_adapter?(:AbstractMysqlAdapter)
        Databases.leased.database_version >= (Databases.leased.mariadb? ? mariadb : mysql)
      end
    end

    # What only MariaDB of its family has.
    mariadb = ->(tests) { tests.current_adapter?(:AbstractMysqlAdapter) && Databases.leased.mariadb? }
    define_method("supports_non_unique_constraint_name?") { mariadb.call(self) }
    define_method("supports_text_column_with_default?") { !current_adapter?(:AbstractMysqlAdapter) || mariadb.call(self) }

    %w[
      savepoints partial_index partitioned_indexes expression_index index_include insert_returning insert_on_duplicate_skip
      insert_on_duplicate_update insert_conflict_target optimizer_hints datetime_with_precision nulls_not_distinct
      identity_columns virtual_columns native_partitioning
    ].each do |feature|
      define_method("supports_#{feature}?") { Databases.leased.public_send("supports_#{feature}?") }
    end

    # Each answers false where there are no extensions, and nil where nothing is to be done.
    def enable_extension!(name, on) = on.supports_extensions? && (on.enable_extension(name) unless on.extension_enabled?(name))

    def disable_extension!(name, on)
      on.supports_extensions? && (on.disable_extension(name, force: :cascade) if on.extension_enabled?(name))
    end

    def quote_table_name(name) = Databases.leased.quote_table_name(name)
  end
end

QUOTED_TYPE = RailsTests::Databases.leased.quote_column_name("type")
