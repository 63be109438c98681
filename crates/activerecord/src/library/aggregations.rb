# aggregations.rb, and the aggregates of reflection.rb, after Rails (MIT).

module ActiveRecord
  module Reflection
    class AggregateReflection
      attr_reader :name, :scope, :options, :active_record

      def initialize(name, options, active_record)
        @name, @options, @active_record = name, options, active_record
      end

      def macro
        :composed_of
      end

      def mapping
        mapping = options[:mapping] || [name, name]
        mapping.first.is_a?(Array) ? mapping : [mapping]
      end

      def klass
        (options[:class_name] || name.to_s.camelize).to_s.constantize
      end
    end
  end

  class Base
    class << self
      def composed_of(part_id, options = {})
        options.assert_valid_keys(:class_name, :mapping, :allow_nil, :constructor, :converter)
        name = part_id.name
        class_name = options[:class_name] || name.camelize
        mapping = options[:mapping] || [name, name]
        mapping = [mapping] unless mapping.first.is_a?(Array)
        allow_nil = options[:allow_nil] || false
        _aggregation_reader(name, class_name, mapping, allow_nil, options[:constructor] || :new)
        _aggregation_writer(name, class_name, mapping, allow_nil, options[:converter])
        (@_aggregations ||= {})[name] = Reflection::AggregateReflection.new(part_id, options, self)
        _add_aggregation(name, mapping.to_a)
      end

      def reflect_on_all_aggregations
        (self == ActiveRecord::Base ? {} : superclass._aggregations).merge(@_aggregations || {}).values
      end

      def _aggregations
        (self == ActiveRecord::Base ? {} : superclass._aggregations).merge(@_aggregations || {})
      end

      def reflect_on_aggregation(name)
        _aggregations[name.to_s]
      end

      private
        def _aggregation_reader(name, class_name, mapping, allow_nil, constructor)
          define_method(name) do
            cache = (@aggregation_cache ||= {})
            if cache[name].nil? && (!allow_nil || mapping.any? { |key, _| !read_attribute(key).nil? })
              attrs = mapping.collect { |key, _| read_attribute(key) }
              object = constructor.respond_to?(:call) ? constructor.call(*attrs) : class_name.constantize.send(constructor, *attrs)
              cache[name] = object.freeze
            end
            cache[name]
          end
        end

        def _aggregation_writer(name, class_name, mapping, allow_nil, converter)
          define_method("#{name}=") do |part|
            cache = (@aggregation_cache ||= {})
            klass = class_name.constantize
            unless part.is_a?(klass) || converter.nil? || part.nil?
              part = converter.respond_to?(:call) ? converter.call(part) : klass.send(converter, part)
            end
            if part.is_a?(Hash) && part.keys.all?(Integer)
              raise ArgumentError unless part.size == part.each_key.max
              part = klass.new(*part.sort.map(&:last))
            end
            if part.nil? && allow_nil
              mapping.each { |key, _| write_attribute(key, nil) }
              cache[name] = nil
            else
              mapping.each { |key, value| write_attribute(key, part.send(value)) }
              cache[name] = part.dup.freeze
            end
          end
        end
    end
  end
end
