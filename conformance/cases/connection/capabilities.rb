# run: migrate
class Capabilities < ActiveRecord::Migration[8.1]
  def change
    %i[supports_ddl_transactions? supports_bulk_alter? supports_savepoints? supports_advisory_locks? supports_partial_index?
       supports_index_include? supports_expression_index? supports_index_sort_order? supports_indexes_in_create?
       supports_foreign_keys? supports_validate_constraints? supports_deferrable_constraints? supports_check_constraints?
       supports_exclusion_constraints? supports_unique_constraints? supports_views? supports_materialized_views?
       supports_datetime_with_precision? supports_json? supports_comments? supports_virtual_columns? supports_extensions?
       supports_insert_returning? supports_nulls_not_distinct? supports_common_table_expressions?
       supports_comments_in_create? supports_foreign_tables? supports_disabling_indexes?].each do |name|
      say "#{name} #{connection.public_send(name)}"
    end
  end
end
