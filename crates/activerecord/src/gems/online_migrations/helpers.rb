# The helpers that migrations call most, after lib/online_migrations/schema_statements.rb. Evaluated when one is first called.

class ActiveRecord::ConnectionAdapters::AbstractAdapter
  def add_column_with_default(table_name, column_name, type, **options)
    default = options.fetch(:default)
    if default.is_a?(Proc)
      # A default that may differ from row to row is filled in in batches.
      update_column_in_batches(table_name, column_name, default)
    elsif column_exists?(table_name, column_name)
      online_migrations_say("Column was not added because it already exists (this may be due to an aborted migration " \
                            "or similar) table_name: #{table_name}, column_name: #{column_name}")
    else
      add_column(table_name, column_name, type, **options)
    end
  end

  def add_not_null_constraint(table_name, column_name, name: nil, validate: true)
    column = online_migrations_column(table_name, column_name)
    constraint = name || online_migrations_name(table_name, column_name, "not_null")
    if column.null == false || check_constraint_exists?(table_name, name: constraint)
      online_migrations_say("NOT NULL constraint was not created: column #{table_name}.#{column_name} is already defined as `NOT NULL`")
    else
      add_check_constraint(table_name, "#{quote_column_name(column_name)} IS NOT NULL", name: constraint, validate: false)
      validate_not_null_constraint(table_name, column_name, name: constraint) if validate
    end
  end

  def validate_not_null_constraint(table_name, column_name, name: nil)
    name ||= online_migrations_name(table_name, column_name, "not_null")
    column = online_migrations_column(table_name, column_name)
    if column.null == false && !check_constraint_exists?(table_name, name: name)
      online_migrations_say("NOT NULL constraint was not validated: it does not exist and column " \
                            "#{table_name}.#{column_name} is already defined as `NOT NULL`")
    else
      validate_check_constraint(table_name, name: name)
    end
  end

  def remove_not_null_constraint(table_name, column_name, name: nil)
    online_migrations_remove(table_name, name || online_migrations_name(table_name, column_name, "not_null"))
  end

  def add_text_limit_constraint(table_name, column_name, limit, name: nil, validate: true)
    column = online_migrations_column(table_name, column_name)
    if column.type != :text && column.type != :string
      raise "add_text_limit_constraint must be used only with :text or :string columns"
    end

    name ||= online_migrations_name(table_name, column_name, "max_length")
    if check_constraint_exists?(table_name, name: name)
      online_migrations_say("Text limit constraint was not created: #{table_name}.#{column_name} is already has a limit")
    else
      add_check_constraint(table_name, "char_length(#{column_name}) <= #{limit}", name: name, validate: false)
      validate_text_limit_constraint(table_name, column_name, name: name) if validate
    end
  end

  def validate_text_limit_constraint(table_name, column_name, name: nil)
    validate_check_constraint(table_name, name: name || online_migrations_name(table_name, column_name, "max_length"))
  end

  def remove_text_limit_constraint(table_name, column_name, _limit = nil, name: nil)
    online_migrations_remove(table_name, name || online_migrations_name(table_name, column_name, "max_length"))
  end

  def add_reference_concurrently(table_name, ref_name, **options)
    if transaction_open?
      raise <<~MSG
        `add_reference_concurrently` cannot run inside a transaction block.

        You can remove transaction block by calling `disable_ddl_transaction!` in the body of
        your migration class.
      MSG
    end

    column_name = "#{ref_name}_id"
    type_column_name = "#{ref_name}_type"
    polymorphic = options[:polymorphic]
    unless column_exists?(table_name, column_name)
      add_column(table_name, column_name, options[:type] || :bigint, null: options.fetch(:null, true))
    end
    if polymorphic && !column_exists?(table_name, type_column_name)
      add_column(table_name, type_column_name, :string, null: polymorphic.is_a?(Hash) ? polymorphic[:null] : true)
    end

    if (index = options.fetch(:index, true))
      index = index == true ? {} : index.dup
      columns = [column_name]
      if polymorphic
        columns.unshift(type_column_name)
        index[:name] ||= "index_#{table_name}_on_#{ref_name}"
      end
      add_index(table_name, columns, **index, algorithm: :concurrently)
    end

    if (foreign_key = options[:foreign_key])
      foreign_key = {} if foreign_key == true
      to_table = foreign_key[:to_table] || (ActiveRecord::Base.pluralize_table_names ? ref_name.to_s.pluralize : ref_name)
      add_foreign_key(table_name, to_table, **foreign_key, column: column_name, validate: false)
      validate_foreign_key(table_name, to_table, **foreign_key, column: column_name) if foreign_key[:validate] != false
    end
  end

  private

  def online_migrations_say(message)
    ActiveRecord::Migration.new.say("[online_migrations] #{message}")
  end

  def online_migrations_name(table_name, column_name, what)
    "chk_rails_" + Digest::SHA256.hexdigest("#{table_name}_#{column_name}_#{what}_chk").first(10)
  end

  def online_migrations_column(table_name, column_name)
    columns(table_name).find { |column| column.name == column_name.to_s } ||
      raise(ActiveRecord::ActiveRecordError, "No such column: #{table_name}.#{column_name}")
  end

  def online_migrations_remove(table_name, name)
    if check_constraint_exists?(table_name, name: name)
      remove_check_constraint(table_name, name: name)
    else
      online_migrations_say("Check constraint was not removed because it does not exist (this may be due to an aborted " \
                            "migration or similar). table_name: #{table_name}, expression: , options: #{{ name: name }.inspect}")
    end
  end
end
