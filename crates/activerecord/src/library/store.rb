# attribute_methods/serialization.rb, coders/*.rb and store.rb, after Rails (MIT).

module ActiveRecord
  module Coders
    class ColumnSerializer
      attr_reader :object_class, :coder

      def initialize(attr_name, coder, object_class = Object)
        @attr_name = attr_name
        @object_class = object_class
        @coder = coder
        check_arity_of_constructor
      end

      def dump(object)
        return if object.nil?
        assert_valid_value(object, action: "dump")
        coder.dump(object)
      end

      def load(payload)
        return @object_class == ::Object ? nil : @object_class.new if payload.nil?
        object = coder.load(payload)
        assert_valid_value(object, action: "load")
        object ||= object_class.new if object_class != Object
        object
      end

      def assert_valid_value(object, action:)
        unless object.nil? || object_class === object
          raise SerializationTypeMismatch,
            "can't #{action} `#{@attr_name}`: was supposed to be a #{object_class}, but was a #{object.class}. -- #{object.inspect}"
        end
      end

      private
        def check_arity_of_constructor
          load(nil)
        rescue ArgumentError
          raise ArgumentError, "Cannot serialize #{object_class}. Classes passed to `serialize` must have a 0 argument constructor."
        end
    end

    class YAMLColumn < ColumnSerializer
      class SafeCoder
        def initialize(permitted_classes: [], unsafe_load: nil)
          @permitted_classes = permitted_classes
          @unsafe_load = unsafe_load
        end

        def dump(object)
          if @unsafe_load
            ::YAML.dump(object)
          else
            ::YAML.safe_dump(object, permitted_classes: @permitted_classes + [Symbol], aliases: true)
          end
        end

        def load(payload)
          if @unsafe_load
            ::YAML.unsafe_load(payload)
          else
            ::YAML.safe_load(payload, permitted_classes: @permitted_classes + [Symbol], aliases: true)
          end
        end
      end

      def initialize(attr_name, object_class = Object, permitted_classes: [], unsafe_load: nil)
        super(attr_name, SafeCoder.new(permitted_classes: permitted_classes || [], unsafe_load: unsafe_load), object_class)
      end
    end

    class JSON
      def dump(object)
        ActiveSupport::JSON.encode(object, escape: false)
      end

      def load(json)
        ActiveSupport::JSON.decode(json) unless json.blank?
      end
    end
  end

  module Store
    class HashAccessor
      def self.get(store_object, key)
        store_object[key] if store_object
      end

      def self.read(object, attribute, key)
        prepare(object, attribute)[key]
      end

      def self.write(object, attribute, key, value)
        store_object = prepare(object, attribute)
        store_object[key] = value if value != store_object[key]
      end

      def self.prepare(object, attribute)
        store_object = object.public_send(attribute)
        if store_object.nil?
          store_object = {}
          object.public_send(:"#{attribute}=", store_object)
          store_object = object.public_send(attribute)
        end
        store_object
      end
    end

    class StringKeyedHashAccessor < HashAccessor
      def self.get(store_object, key)
        super store_object, key.to_s
      end

      def self.read(object, attribute, key)
        super object, attribute, key.to_s
      end

      def self.write(object, attribute, key, value)
        super object, attribute, key.to_s, value
      end
    end

    class IndifferentHashAccessor < HashAccessor
      def self.prepare(object, attribute)
        store_object = object.public_send(attribute)
        unless store_object.is_a?(ActiveSupport::HashWithIndifferentAccess)
          object.public_send :"#{attribute}=", IndifferentCoder.as_indifferent_hash(store_object)
          store_object = object.public_send(attribute)
        end
        store_object
      end
    end

    class IndifferentCoder
      def initialize(attr_name, coder_or_class_name)
        @coder = if coder_or_class_name.respond_to?(:load) && coder_or_class_name.respond_to?(:dump)
          coder_or_class_name
        else
          ActiveRecord::Coders::YAMLColumn.new(attr_name, coder_or_class_name || Object)
        end
      end

      def dump(obj)
        @coder.dump(obj.respond_to?(:to_hash) ? obj.to_hash : {})
      end

      def load(yaml)
        self.class.as_indifferent_hash(@coder.load(yaml || ""))
      end

      def self.as_indifferent_hash(obj)
        case obj
        when ActiveSupport::HashWithIndifferentAccess
          obj
        when Hash
          obj.with_indifferent_access
        else
          ActiveSupport::HashWithIndifferentAccess.new
        end
      end
    end
  end

  class Base
    class << self
      def serialize(attr_name, coder: nil, type: Object, comparable: false, yaml: {}, **options)
        coder ||= Coders::YAMLColumn
        column_serializer = build_column_serializer(attr_name, coder, type, yaml)
        attribute(attr_name, **options)
        _serialize(attr_name, column_serializer, comparable, type == ::Array)
      end

      def store(store_attribute, options = {})
        coder = build_column_serializer(store_attribute, options[:coder], Object, options[:yaml])
        serialize store_attribute, coder: Store::IndifferentCoder.new(store_attribute, coder)
        store_accessor(store_attribute, options[:accessors], **options.slice(:prefix, :suffix)) if options.has_key? :accessors
      end

      def store_accessor(store_attribute, *keys, prefix: nil, suffix: nil)
        keys = keys.flatten
        accessor_prefix = case prefix
        when String, Symbol then "#{prefix}_"
        when TrueClass then "#{store_attribute}_"
        else ""
        end
        accessor_suffix = case suffix
        when String, Symbol then "_#{suffix}"
        when TrueClass then "_#{store_attribute}"
        else ""
        end
        unless @_store_accessors_module
          @_store_accessors_module = Module.new
          include @_store_accessors_module
        end
        keys.each do |key|
          _define_store_accessor(@_store_accessors_module, store_attribute, key, "#{accessor_prefix}#{key}#{accessor_suffix}")
        end
        @_local_stored_attributes ||= {}
        @_local_stored_attributes[store_attribute] ||= []
        @_local_stored_attributes[store_attribute] |= keys
      end

      def stored_attributes
        parent = self == ActiveRecord::Base ? {} : superclass.stored_attributes
        parent.merge(@_local_stored_attributes || {}) { |_, a, b| a | b }
      end

      def build_column_serializer(attr_name, coder, type, yaml = nil)
        coder = Coders::JSON.new if coder == ::JSON || coder == Coders::JSON
        if coder == ::YAML || coder == Coders::YAMLColumn
          Coders::YAMLColumn.new(attr_name, type, **(yaml || {}))
        elsif coder.respond_to?(:new) && !coder.respond_to?(:load)
          coder.new(attr_name, type)
        elsif type && type != Object
          Coders::ColumnSerializer.new(attr_name, coder, type)
        else
          coder
        end
      end

      private
        def _define_store_accessor(mod, store_attribute, key, name)
          mod.define_method("#{name}=") { |value| store_accessor_for(store_attribute).write(self, store_attribute, key, value) }
          mod.define_method(name) { store_accessor_for(store_attribute).read(self, store_attribute, key) }
          mod.define_method("#{name}_changed?") do
            next false unless attribute_changed?(store_attribute)
            before, after = changes[store_attribute]
            accessor = store_accessor_for(store_attribute)
            accessor.get(before, key) != accessor.get(after, key)
          end
          mod.define_method("#{name}_change") do
            next unless attribute_changed?(store_attribute)
            changes[store_attribute].map { |store| store_accessor_for(store_attribute).get(store, key) }
          end
          mod.define_method("#{name}_was") do
            next unless attribute_changed?(store_attribute)
            store_accessor_for(store_attribute).get(changes[store_attribute].first, key)
          end
          mod.define_method("saved_change_to_#{name}?") do
            next false unless saved_change_to_attribute?(store_attribute)
            before, after = saved_changes[store_attribute]
            accessor = store_accessor_for(store_attribute)
            accessor.get(before, key) != accessor.get(after, key)
          end
          mod.define_method("saved_change_to_#{name}") do
            next unless saved_change_to_attribute?(store_attribute)
            saved_changes[store_attribute].map { |store| store_accessor_for(store_attribute).get(store, key) }
          end
          mod.define_method("#{name}_before_last_save") do
            next unless saved_change_to_attribute?(store_attribute)
            store_accessor_for(store_attribute).get(saved_changes[store_attribute].first, key)
          end
        end
    end

    private
      def store_accessor_for(store_attribute)
        case type_for_attribute(store_attribute).store_kind
        when :indifferent
          Store::IndifferentHashAccessor
        when :string_keyed
          Store::StringKeyedHashAccessor
        else
          raise ConfigurationError, "the column '#{store_attribute}' has not been configured as a store. Please make sure the column is declared serializable via 'ActiveRecord.store' or, if your database supports it, use a structured column type like hstore or json."
        end
      end
  end
end
