# What only tests reach: a test whose text, or whose set-up's, matches is left out, and listed with the reason.
module Internals
  REASONS = {
    "Migrator.new, MigrationContext" => /Migrator\b|MigrationContext|MigrationProxy|SchemaMigration|schema_migration\b|InternalMetadata|internal_metadata\b/,
    "CommandRecorder.new" => /CommandRecorder|@recorder\b/,
    "a connection's own files and processes" => /dbconsole|DatabaseTasks|find_cmd_and_exec|tasks\/database/,
    "stubs" => /\.stubs?\b|\bstub_any_instance|\bassert_(?:not_)?called|Minitest::Mock|assert_mock|any_instance|stub_const|with_stubbed|\bstub_/,
    "FixtureSet" => /FixtureSet|create_fixtures|self\.fixture|fixture_set/,
    "SchemaDumper" => /SchemaDumper|dump_(?:all_)?table_schema|perform_schema_dump|dump_pg|standard_dump/,
    "connection pools and handlers" => /connection_handler|establish_connection|remove_connection|connected_to|ConnectionPool|pool_config|connection_db_config|with_temporary_connection_pool|run_without_connection|reset_connection|ARUnit2|remote_disconnect|kill_connection|\.checkout\b|db_config|new_connection|Adapter\.new\b|Adapter\.new_client|clear_all_connections|connection_pool\.|\.pool\b|schema_reflection|BoundSchemaReflection/,
    "the driver's connection" => /raw_connection|@connection\.instance_|raw_transaction_open/,
    "threads" => /Thread\.new|Thread\.current|Concurrent::|CyclicBarrier|Fiber\b|Ractor|async|load_async|AsyncHelper/,
    "instance variables of Rails' objects" => /instance_variable_[gs]et|remove_instance_variable|instance_variable_defined/,
    "the type classes of an adapter" => /\bOID\b|Type::Serialized|Type::TypeMap|type_map\b|Type\.registry|Type::Registry|AdapterSpecificRegistry/,
    "the adapter's methods, which the test replaces" => /Adapter\.class_eval/,
    "modules of the adapters" => /\binclude (?:ActiveRecord::)?(?:ConnectionAdapters::)?(?:\w+::)?Quoting|FakeQuoter|VIRTUAL_TABLE_REGEX|ActiveRecord::Delegation/,
    "definitions of schemas that are not sent" => /build_\w+_definition/,
    "values of binds made by hand" => /QueryAttribute|Attribute\.(?:with_cast_value|from_)|bind_param\b/,
    "names and parts of statements that the adapter makes for itself" => /PostgreSQL::(?:Name|Utils)|columns_for_distinct|case_(?:in)?sensitive_comparison|insert_fixture|fetch_cast_type/,
    "prepared statements' pool" => /StatementPool|@statements|statement_cache|StatementCache|prepared_statements_disabled|unprepared_statement/,
    "Marshal, YAML and MessagePack of records" => /Marshal|YAML\.|MessagePack|Psych|yaml_round_trip/,
    "eval of a string" => /class_eval\s*(?:<<|"|\()|\beval\b|instance_eval\s*(?:<<|")/,
    "log subscribers, and other notifications than of statements" => /LogSubscriber|EventSubscriber|SQLSubscriber|Notifications\.(?!subscribed)|assert_logged|assert_notification|assert_error_reported|SQLCounter/,
    "clauses and other parts of a relation, and relations made by hand" => /\b(?:where|having|from)_clause\b|\bWhereClause\b|HashMerger|\.values\[:|_VALUE_METHODS|Relation\.(?:create\(|new\(\w+, )|FakeKlass|\.values\.frozen|relation\.values\b/,
    "the predicate builder and its handlers" => /predicate_builder|BindParam/,
    "query cache" => /\.cache\s*(?:do|\{)|query_cache|uncached/,
    "encryption" => /Encrypt/,
    "files of Rails' repository" => /MIGRATIONS_ROOT|ASSETS_ROOT|FIXTURES_ROOT|MODELS_ROOT|SCHEMA_ROOT|TEST_ROOT/,
    "PP" => /\bPP\b|pretty_print/,
    "garbage collection" => /GC\.|ObjectSpace|WeakRef/,
    "the middleware of a web server" => /CheckPending|DatabaseSelector|ShardSelector/,
    "private methods" => /\.(?:send|__send__)\(?[ :]/,
    "deprecated associations' own log" => /assert_(?:not_)?deprecated_association/,
  }

  # Classes of tests that are about such a thing as a whole.
  CLASSES = {
    "the modules that relations and associations delegate to" => /Delegation/,
    "Relation::WhereClause" => /WhereClause/,
    "relations' lists of their values" => /RelationMutationTest/,
    "ActiveRecord::Result.new" => /ResultTest/,
    "threads" => /TransactionNested|NestedDeadlock|PostgreSQLTransactionTest|adapters\/\w+\/transaction_test/,
    "names that the adapter makes for itself" => /PostgreSQL::NameTest|PostgreSQL::UtilsTest|postgresql\/utils_test/,
  }

  def self.reason(name, text)
    about = CLASSES.find { |_, pattern| name.match?(pattern) }
    return about.first if about
    found = REASONS.find { |_, pattern| text.match?(pattern) }
    found&.first
  end
end
