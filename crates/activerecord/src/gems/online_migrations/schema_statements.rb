# Rails' own methods, which online_migrations makes safe to run twice: lib/online_migrations/schema_statements.rb. Evaluated
# where the app's Gemfile.lock names the gem.

module OnlineMigrations
  module SchemaStatements
    ABORTED = "(this may be due to an aborted migration or similar)"
    private_constant :ABORTED

    def add_column(table_name, column_name, type, **options)
      return super unless column_exists?(table_name, column_name)
      online_migrations_say("Column was not added because it already exists #{ABORTED} table_name: #{table_name}, column_name: #{column_name}")
    end

    # Its columns, its index and its foreign key are each left alone where they are there.
    def add_reference(table_name, ref_name, **options)
      polymorphic = options[:polymorphic]
      own = options.except(:index, :foreign_key, :polymorphic, :type)
      columns = [["#{ref_name}_id", options[:type] || :bigint, own]]
      if polymorphic
        columns.unshift(["#{ref_name}_type", :string, polymorphic.is_a?(Hash) ? polymorphic : own.slice(:null, :first, :after)])
      end
      return super if columns.none? { |column, _, _| column_exists?(table_name, column) }

      columns.each { |column, type, given| add_column(table_name, column, type, **given) }
      if (index = options.fetch(:index, true))
        index = index == true ? {} : index.dup
        index[:name] ||= "index_#{table_name}_on_#{ref_name}" if polymorphic
        add_index(table_name, columns.one? ? columns.first.first : columns.map(&:first), **index)
      end
      if (key = options[:foreign_key])
        key = key == true ? {} : key.dup
        to_table = key.delete(:to_table) || (ActiveRecord::Base.pluralize_table_names ? ref_name.to_s.pluralize : ref_name)
        add_foreign_key(table_name, to_table, **key, column: columns.last.first)
      end
    end
    alias add_belongs_to add_reference

    def remove_reference(table_name, ref_name, foreign_key: false, polymorphic: false, **options)
      if foreign_key
        to_table = ActiveRecord::Base.pluralize_table_names ? ref_name.to_s.pluralize : ref_name
        key = (foreign_key == true ? { to_table: to_table } : foreign_key).merge(options.slice(:if_exists, :if_not_exists))
        key[:column] ||= "#{ref_name}_id"
        remove_foreign_key(table_name, **key)
      end
      super(table_name, ref_name, polymorphic: polymorphic, **options)
    end
    alias remove_belongs_to remove_reference

    def add_index(table_name, column_name, **options)
      online_migrations_outside_transaction(:add_index) if options[:algorithm] == :concurrently
      index = online_migrations_index(table_name, column_name, options)
      if index&.valid?
        online_migrations_say("Index #{index.name} was not created because it already exists.")
        return
      end
      if index
        online_migrations_say("Recreating invalid index: table_name: #{table_name}, column_name: #{column_name}")
        remove_index(table_name, column_name, **options)
      end
      super
    end

    def remove_index(table_name, column_name = nil, **options)
      if column_name.blank? && options[:column].blank? && options[:name].blank?
        raise ArgumentError, "No name or columns specified"
      end
      online_migrations_outside_transaction(:remove_index) if options[:algorithm] == :concurrently
      column = column_name || options[:column]
      present =
        if online_migrations_expression?(column)
          index_name_exists?(table_name, options[:name] || index_name(table_name, column))
        else
          index_exists?(table_name, column_name, **options)
        end
      present ? super : online_migrations_say("Index was not removed because it does not exist.")
    end

    def add_foreign_key(from_table, to_table, **options)
      options[:column] ||= foreign_key_column_for(to_table, "id")
      options[:name] ||= "fk_rails_" + Digest::SHA256.hexdigest("#{from_table}_#{options[:column]}_fk").first(10)
      return super unless foreign_key_exists?(from_table, to_table, **options.slice(:column, :primary_key))
      online_migrations_say("Foreign key was not created because it already exists (this can be due to an aborted migration or similar). " \
                            "from_table: #{from_table}, to_table: #{to_table}, options: #{options.inspect}")
    end

    def remove_foreign_key(from_table, to_table = nil, **options)
      return super if foreign_key_exists?(from_table, to_table, **options.slice(:name, :to_table, :column))
      online_migrations_say("Foreign key was not removed because it does not exist #{ABORTED}. " \
                            "from_table: #{from_table}, to_table: #{to_table}, options: #{options.inspect}")
    end

    def add_check_constraint(table_name, expression, if_not_exists: false, **options)
      return super unless check_constraint_exists?(table_name, expression: expression, **options)
      online_migrations_say("Check constraint was not created because it already exists #{ABORTED}. " \
                            "table_name: #{table_name}, expression: #{expression}")
    end

    def remove_check_constraint(table_name, expression = nil, if_exists: false, **options)
      return super if check_constraint_exists?(table_name, expression: expression, **options)
      online_migrations_say("Check constraint was not removed because it does not exist #{ABORTED}. " \
                            "table_name: #{table_name}, expression: #{expression}, options: #{options.inspect}")
    end

    def add_exclusion_constraint(table_name, expression, **options)
      name = options.fetch(:name) { "excl_rails_" + Digest::SHA256.hexdigest("#{table_name}_#{expression}_excl").first(10) }
      return super if exclusion_constraints(table_name).none? { |constraint| constraint.name == name }
      online_migrations_say("Exclusion constraint was not created because it already exists #{ABORTED}. " \
                            "table_name: #{table_name}, expression: #{expression}")
    end

    private

    # Of an index on an expression only the name tells whether it is there.
    def online_migrations_index(table_name, column_name, options)
      return indexes(table_name).find { |index| index.defined_for?(column_name, **options) } unless online_migrations_expression?(column_name)
      name = (options[:name] || index_name(table_name, column_name)).to_s
      indexes(table_name).find { |index| index.name == name }
    end

    def online_migrations_expression?(column) = column.is_a?(String) && column.match?(/\W/)

    def online_migrations_outside_transaction(method_name)
      return unless transaction_open?
      raise "`#{method_name}` cannot run inside a transaction block.\n\nYou can remove transaction block by calling " \
            "`disable_ddl_transaction!` in the body of\nyour migration class.\n"
    end
  end
end

ActiveRecord::ConnectionAdapters::PostgreSQLAdapter.prepend(OnlineMigrations::SchemaStatements)
