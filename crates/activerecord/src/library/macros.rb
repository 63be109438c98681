# secure_token.rb, normalization.rb, delegated_type.rb and active_model/serialization.rb, after Rails (MIT).

module ActiveRecord
  module SecureToken
    MINIMUM_TOKEN_LENGTH = 24

    class MinimumLengthError < StandardError
    end
  end

  class Base
    class << self
      def has_secure_token(attribute = :token, length: SecureToken::MINIMUM_TOKEN_LENGTH, on: :create)
        if length < SecureToken::MINIMUM_TOKEN_LENGTH
          raise SecureToken::MinimumLengthError, "Token requires a minimum length of #{SecureToken::MINIMUM_TOKEN_LENGTH} characters."
        end
        define_method("regenerate_#{attribute}") { update! attribute => self.class.generate_unique_secure_token(length: length) }
        set_callback on, on == :initialize ? :after : :before, lambda { |record|
          if record.new_record? && !record.query_attribute(attribute)
            record.send("#{attribute}=", record.class.generate_unique_secure_token(length: length))
          end
        }
      end

      # Of a model itself it is what any object answers; with a name, records say that too, shortened at a word.
      def to_param(method_name = nil)
        return to_s if method_name.nil?

        define_method(:to_param) do
          own = super()
          words = own && public_send(method_name).to_s.squish.parameterize.truncate(20, separator: "-", omission: "")
          words.present? ? "#{own}-#{words}" : own
        end
      end

      def generate_unique_secure_token(length: SecureToken::MINIMUM_TOKEN_LENGTH)
        SecureRandom.base58(length)
      end

      def normalizes(*names, with:, apply_to_nil: false)
        _normalize(names, with, apply_to_nil)
        before_validation :_normalize_changed_in_place_attributes
        (@_normalized_attributes ||= []).concat(names.map(&:to_sym))
      end

      def normalized_attributes
        (self == ActiveRecord::Base ? [] : superclass.normalized_attributes) | (@_normalized_attributes || [])
      end

      def normalize_value_for(name, value)
        type_for_attribute(name).cast(value)
      end

      def delegated_type(role, types:, **options)
        belongs_to role, options.delete(:scope), **options, polymorphic: true
        primary_key = options[:primary_key] || "id"
        role_type = options[:foreign_type] || "#{role}_type"
        role_id = options[:foreign_key] || "#{role}_id"
        define_singleton_method("#{role}_types") { types.map(&:to_s) }
        define_method("#{role}_class") { public_send(role_type).constantize }
        define_method("#{role}_name") { public_send("#{role}_class").model_name.singular.inquiry }
        define_method("build_#{role}") { |*params| public_send("#{role}=", public_send("#{role}_class").new(*params)) }
        types.each do |type|
          scope_name = type.tableize.tr("/", "_")
          singular = scope_name.singularize
          query = "#{singular}?"
          scope scope_name, -> { where(role_type => type) }
          define_method(query) { public_send(role_type) == type }
          define_method(singular) { public_send(role) if public_send(query) }
          define_method("#{singular}_#{primary_key}") { public_send(role_id) if public_send(query) }
        end
      end
    end

    def normalize_attribute(name)
      send(:"#{name}=", send(name))
    end

    def serializable_hash(options = nil)
      options ||= {}
      names = attribute_names
      if only = options[:only]
        names &= Array(only).map(&:to_s)
      elsif except = options[:except]
        names -= Array(except).map(&:to_s)
      end
      hash = names.index_with { |name| read_attribute_for_serialization(name) }
      Array(options[:methods]).each { |name| hash[name.to_s] = send(name) }
      includes = options[:include]
      includes = Hash[Array(includes).flat_map { |one| one.is_a?(Hash) ? one.to_a : [[one, {}]] }] unless includes.is_a?(Hash)
      includes.each do |association, inner|
        records = send(association)
        next unless records
        hash[association.to_s] = records.respond_to?(:to_ary) ? records.to_ary.map { |one| one.serializable_hash(inner) } : records.serializable_hash(inner)
      end
      hash
    end

    def read_attribute_for_serialization(name)
      send(name)
    end

    def as_json(options = nil)
      serializable_hash(options).as_json
    end

    def to_json(*args)
      as_json(*args.grep(Hash)).to_json
    end

    private
      def _normalize_changed_in_place_attributes
        self.class.normalized_attributes.each { |name| normalize_attribute(name) if attribute_changed_in_place?(name) }
      end
  end
end
