# What `explain` of a relation answers: each statement that it sends, and what the database says of it (explain.rb).

module ActiveRecord
  class Relation
    class ExplainProxy
      EXPLAINED = /\A\s*(?:\/\*.*\*\/)?\s*(?:with|select|update|delete|insert)\b/i
      PLACE = /\?|\$\d+/
      OPERATOR = /(?:=|!=|<>|<=|>=|<|>|(?:NOT )?(?:LIKE|ILIKE)|(?:NOT )?IN \((?:(?:\?|\$\d+), )*|BETWEEN (?:(?:\?|\$\d+) AND )?)/
      NAMED = /(?:"([^"]+)"\s#{OPERATOR}\s?|\b(LIMIT|OFFSET) )\z/
      private_constant :EXPLAINED, :PLACE, :OPERATOR, :NAMED

      def initialize(relation, options)
        @relation = relation
        @options = options
      end

      def inspect = explained { @relation.spawn.load }
      def average(column) = explained { @relation.average(column) }
      def count(column = nil) = explained { @relation.count(column) }
      def first(limit = nil) = explained { @relation.first(limit) }
      def last(limit = nil) = explained { @relation.last(limit) }
      def maximum(column) = explained { @relation.maximum(column) }
      def minimum(column) = explained { @relation.minimum(column) }
      def pluck(*columns) = explained { @relation.pluck(*columns) }
      def sum(column = nil) = explained { @relation.sum(column) }

      private

      def explained(&block)
        connection = @relation.klass.lease_connection
        sent = collected(&block)
        sent.map { |sql, binds| "#{head(connection)} #{sql}#{shown(sql, binds)}\n#{connection.explain(sql, binds, @options)}" }.join("\n")
      end

      def collected(&block)
        sent = []
        listener = lambda do |*, payload|
          sent << [payload[:sql], payload[:binds]] if !%w[SCHEMA EXPLAIN].include?(payload[:name]) && payload[:sql].match?(EXPLAINED)
        end
        ActiveSupport::Notifications.subscribed(listener, "sql.active_record", &block)
        sent
      end

      def head(connection)
        case connection.adapter_name
        when "SQLite" then "EXPLAIN for:"
        when "PostgreSQL" then @options.empty? ? "EXPLAIN" : "EXPLAIN (#{@options.join(", ").upcase})"
        else
          clause = ["EXPLAIN", *@options].join(" ").upcase
          alone = connection.mariadb? && connection.database_version >= "10.1.0" && clause.include?("ANALYZE")
          alone ? clause.delete_prefix("EXPLAIN ") : clause
        end
      end

      # The binds, each with the name of its column.
      def shown(sql, binds)
        return "" if binds.empty?
        names = []
        sql.scan(PLACE) do
          before = $~.pre_match
          found = NAMED.match(before)
          names << (found && (found[1] || found[2]))
        end
        _refuse(sql) if names.size != binds.size || names.include?(nil)
        " #{names.zip(binds).inspect}"
      end
    end
  end
end
