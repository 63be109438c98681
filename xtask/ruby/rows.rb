# Rows for empty tables, the same whenever the tables are the same: what `cargo xtask corpus --rows N` puts in before each
# migration. Answers every statement tried, those too that the database turned down, so that another database can be given the
# very same: a failed INSERT uses up a number of a sequence.

class Rows
  def initialize(connection, count)
    @connection, @count = connection, count
    @mysql = connection.adapter_name == "Mysql2"
    @postgresql = connection.adapter_name == "PostgreSQL"
  end

  # Tables that others refer to come first; what cannot be filled stays empty.
  def fill
    statements = []
    tables = empty_tables.sort
    until tables.empty?
      left = tables.reject { |table| fill_table(table, tables, statements) }
      break left.each { |table| fill_table(table, [], statements) } if left.size == tables.size
      tables = left
    end
    statements
  end

  private
    INTERNAL = %w[schema_migrations ar_internal_metadata]

    def quoted(name) = @connection.quote_table_name(name)
    def name(column) = @connection.quote_column_name(column)
    def select(sql) = @connection.query_values(sql, "SCHEMA")

    def empty_tables
      (@connection.tables - INTERNAL).each_slice(200).flat_map do |tables|
        select(tables.map { |table|
          "SELECT #{@connection.quote(table)} AS t WHERE NOT EXISTS (SELECT 1 FROM #{quoted(table)})"
        }.join(" UNION ALL "))
      end
    rescue ActiveRecord::StatementInvalid
      []
    end

    # Whether the table is done with: filled, or beyond filling.
    def fill_table(table, waiting, statements)
      references = @connection.foreign_keys(table).each_with_object({}) do |key, all|
        Array(key.column).zip(Array(key.primary_key)) { |column, primary_key| all[column] = [key.to_table, primary_key] }
      end
      columns, keys = @connection.columns(table), @connection.primary_keys(table)
      parents = columns.to_h { |column| [column.name, references[column.name] || conventional(table, column)] }.compact
      return false if parents.values.any? { |parent, _| parent != table && waiting.include?(parent) }
      ids = parents.transform_values { |parent, key| select("SELECT #{name(key)} FROM #{quoted(parent)} ORDER BY 1") }
      unique = @connection.indexes(table).select(&:unique).flat_map { |index| Array(index.columns) }
      @count.times { |index| insert(table, columns, index, ids, unique | keys, keys, references, statements) }
      true
    rescue ActiveRecord::ActiveRecordError
      true
    end

    # `user_id` refers to `users`, where there is such a table.
    def conventional(table, column)
      return unless column.type == :integer && column.name.end_with?("_id")
      parent = column.name.delete_suffix("_id").pluralize
      key = @connection.table_exists?(parent) && @connection.primary_key(parent)
      [parent, key] if key.is_a?(String)
    end

    def insert(table, columns, index, ids, unique, keys, references, statements)
      [:full, :required, :allowed].each do |way|
        values = columns.each_with_index.filter_map do |column, place|
          value = value_for(column, index, place, way, ids, unique, keys, references, table)
          [name(column.name), value] unless value == :left_out
        end
        into = values.empty? ? default_values : "(#{values.map(&:first).join(", ")}) VALUES (#{values.map(&:last).join(", ")})"
        sql = "INSERT INTO #{quoted(table)} #{into}"
        statements << sql
        begin
          return @connection.execute(sql, "SCHEMA")
        rescue ActiveRecord::ActiveRecordError
          next
        end
      end
    end

    def default_values = @mysql ? "() VALUES ()" : "DEFAULT VALUES"

    # SQL, or :left_out.
    def value_for(column, index, place, way, ids, unique, keys, references, table)
      return :left_out if column.virtual? || generated?(column, keys)
      required = !column.null && column.default.nil? && column.default_function.nil?
      return :left_out if way != :full && !required
      if (found = ids[column.name])
        return @connection.quote(found[index % found.size]) if found.any?
        return column.null ? "NULL" : "0" if references[column.name]
      end
      return column.null ? "NULL" : "''" if column.name == "type"
      is_unique = unique.include?(column.name)
      return "NULL" if way == :full && column.null && !is_unique && (index + place) % 4 == 3
      if way == :allowed && (allowed = allowed(table, column)).any?
        return @connection.quote(allowed[index % allowed.size])
      end
      literal(column, index)
    end

    def generated?(column, keys)
      return true if column.respond_to?(:auto_increment?) && column.auto_increment?
      return true if column.respond_to?(:serial?) && column.serial? || column.respond_to?(:identity?) && column.identity?
      return false if column.type == :uuid
      keys == [column.name] && (column.default_function || column.type == :integer && !@mysql && !@postgresql)
    end

    # The words that a check of the table has for a column.
    def allowed(table, column)
      @connection.check_constraints(table).select { |check| check.expression.match?(/\b#{column.name}\b/) }
        .flat_map { |check| check.expression.scan(/'([^']*)'/).flatten }
    end

    def literal(column, index)
      n = index + 1
      return @connection.quote("{}") if column.respond_to?(:array) && column.array
      case column.type
      when :integer, :bigint, :primary_key then n.to_s
      when :float then "#{n}.5"
      when :decimal then column.scale.to_i > 0 && (column.precision.nil? || column.precision > column.scale) ? "#{n}.5" : n.to_s
      when :boolean then @connection.quote(index.even?)
      when :date then @connection.quote("2020-01-%02d" % n)
      when :datetime, :timestamp, :timestamptz then @connection.quote("2020-01-02 03:04:%02d" % n)
      when :time then @connection.quote("03:04:%02d" % n)
      when :json, :jsonb then @connection.quote(%({"key": #{n}}))
      when :uuid then @connection.quote("00000000-0000-4000-8000-%012d" % n)
      when :enum then @connection.quote(enum_values(column)[index % enum_values(column).size])
      when :inet then @connection.quote("10.0.0.#{n}")
      when :cidr then @connection.quote("10.0.#{n}.0/24")
      when :macaddr then @connection.quote("08:00:2b:01:02:%02x" % n)
      when :hstore then @connection.quote(%("key"=>"#{n}"))
      when :int4range, :int8range, :numrange then @connection.quote("[#{n},#{n + 5})")
      when :daterange then @connection.quote("[2020-01-0#{n},2020-02-01)")
      when :tsrange, :tstzrange then @connection.quote("[2020-01-0#{n} 00:00:00,2020-02-01 00:00:00)")
      when :bit, :bit_varying then "B'#{"1" * (column.limit || 1)}'"
      when :interval then @connection.quote("#{n} days")
      when :point then @connection.quote("(#{n},#{n})")
      when :xml then @connection.quote("<a>#{n}</a>")
      when :ltree then @connection.quote("a.b#{n}")
      when :money then @connection.quote("#{n}.50")
      when :oid then n.to_s
      else text(column, n)
      end
    end

    def text(column, n)
      members = column.sql_type[/\A(?:enum|set)\((.*)\)/i, 1]
      return "'#{members.scan(/'([^']*)'/).flatten.then { |all| all[(n - 1) % all.size] }}'" if members
      text = "#{column.name.tr("_", " ")} #{n}"
      limit = column.limit
      text = n.to_s.rjust([limit, 1].max, "0")[0, limit] if limit && text.length > limit && column.type != :text
      @connection.quote(text)
    end

    def enum_values(column)
      @enums ||= {}
      @enums[column.sql_type] ||= select(<<~SQL)
        SELECT enumlabel FROM pg_enum WHERE enumtypid = #{@connection.quote(column.sql_type)}::regtype ORDER BY enumsortorder
      SQL
    end
end
