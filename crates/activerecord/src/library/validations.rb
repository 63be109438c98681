# Validations: active_model/{errors,error,nested_error,validator,validations}.rb, active_model/validations/*.rb and
# active_record/validations/*.rb, after Rails (MIT), with the messages of their locale/en.yml.

module ActiveModel
  class Error
    CALLBACKS_OPTIONS = [:if, :unless, :on, :allow_nil, :allow_blank, :strict]
    MESSAGE_OPTIONS = [:message]

    MESSAGES = {
      inclusion: "is not included in the list",
      exclusion: "is reserved",
      invalid: "is invalid",
      confirmation: "doesn't match %{attribute}",
      accepted: "must be accepted",
      empty: "can't be empty",
      blank: "can't be blank",
      present: "must be blank",
      too_long: { one: "is too long (maximum is 1 character)", other: "is too long (maximum is %{count} characters)" },
      password_too_long: "is too long",
      too_short: { one: "is too short (minimum is 1 character)", other: "is too short (minimum is %{count} characters)" },
      wrong_length: {
        one: "is the wrong length (should be 1 character)", other: "is the wrong length (should be %{count} characters)"
      },
      not_a_number: "is not a number",
      not_an_integer: "must be an integer",
      greater_than: "must be greater than %{count}",
      greater_than_or_equal_to: "must be greater than or equal to %{count}",
      equal_to: "must be equal to %{count}",
      less_than: "must be less than %{count}",
      less_than_or_equal_to: "must be less than or equal to %{count}",
      other_than: "must be other than %{count}",
      in: "must be in %{count}",
      odd: "must be odd",
      even: "must be even",
      required: "must exist",
      taken: "has already been taken",
      record_invalid: "Validation failed: %{errors}",
      model_invalid: "Validation failed: %{errors}",
      "restrict_dependent_destroy.has_one": "Cannot delete record because a dependent %{record} exists",
      "restrict_dependent_destroy.has_many": "Cannot delete record because dependent %{record} exist",
    }

    attr_reader :base, :attribute, :type, :raw_type, :options

    def self.full_message(attribute, message, base)
      return message if attribute == :base
      "#{base.class.human_attribute_name(attribute)} #{message}"
    end

    def self.generate_message(attribute, type, base, options)
      type = options.delete(:message) if options[:message].is_a?(Symbol)
      value = attribute == :base ? nil : base.read_attribute_for_validation(attribute)
      values = {
        model: base.class.model_name.human,
        attribute: base.class.human_attribute_name(attribute),
        value: value,
        object: base,
      }.merge(options)
      template = options[:message]
      template = template.call(base, values.except(:message)) if template.respond_to?(:call)
      template ||= MESSAGES[type]
      if template.nil?
        i18n = base.class.i18n_scope
        return "Translation missing. Options considered were:\n" +
            base.class.lookup_ancestors.flat_map { |one|
              ["#{i18n}.errors.models.#{one.model_name.i18n_key}.attributes.#{attribute}.#{type}",
               "#{i18n}.errors.models.#{one.model_name.i18n_key}.#{type}"]
            }.push("#{i18n}.errors.messages.#{type}", "errors.attributes.#{attribute}.#{type}", "errors.messages.#{type}")
            .map { |key| "- en.#{key}" }.join("\n")
      end
      template = template[values[:count] == 1 ? :one : :other] if template.is_a?(Hash)
      template.gsub(/%%|%\{(\w+)\}/) do |match|
        if match == "%%"
          "%"
        elsif values.key?($1.to_sym)
          values[$1.to_sym].to_s
        else
          match
        end
      end
    end

    def initialize(base, attribute, type = :invalid, **options)
      @base = base
      @attribute = attribute
      @raw_type = type
      @type = type || :invalid
      @options = options
    end

    def message
      case raw_type
      when Symbol
        Error.generate_message(attribute, raw_type, @base, options.except(*CALLBACKS_OPTIONS))
      else
        raw_type
      end
    end

    def details
      { error: raw_type }.merge(options.except(*CALLBACKS_OPTIONS, *MESSAGE_OPTIONS))
    end
    alias_method :detail, :details

    def full_message
      Error.full_message(attribute, message, @base)
    end

    def match?(attribute, type = nil, **options)
      return false if @attribute != attribute || (type && @type != type)
      options.all? { |key, value| @options[key] == value }
    end

    def strict_match?(attribute, type, **options)
      match?(attribute, type) && options == @options.except(*CALLBACKS_OPTIONS, *MESSAGE_OPTIONS)
    end

    def ==(other)
      other.is_a?(self.class) && attributes_for_hash == other.attributes_for_hash
    end
    alias eql? ==

    def hash
      attributes_for_hash.hash
    end

    def inspect
      "#<#{self.class.name} attribute=#{@attribute}, type=#{@type}, options=#{@options.inspect}>"
    end

    protected
      def attributes_for_hash
        [@base, @attribute, @raw_type, @options.except(*CALLBACKS_OPTIONS)]
      end
  end

  class NestedError < Error
    attr_reader :inner_error

    def initialize(base, inner_error, override_options = {})
      @base = base
      @inner_error = inner_error
      @attribute = override_options.fetch(:attribute) { inner_error.attribute }
      @type = override_options.fetch(:type) { inner_error.type }
      @raw_type = inner_error.raw_type
      @options = inner_error.options
    end

    def message
      @inner_error.message
    end
  end

  class Errors
    include Enumerable

    attr_reader :errors
    alias :objects :errors

    def initialize(base)
      @base = base
      @errors = []
    end

    def each(&block)
      @errors.each(&block)
    end

    def clear
      @errors.clear
    end

    def empty?
      @errors.empty?
    end
    alias :blank? :empty?

    def size
      @errors.size
    end
    alias :length :size

    def uniq!
      @errors.uniq!
    end

    def any?(*args, &block)
      @errors.any?(*args, &block)
    end

    def none?(*args, &block)
      @errors.none?(*args, &block)
    end

    def count(*args, &block)
      @errors.count(*args, &block)
    end

    def copy!(other)
      @errors = other.errors.map(&:dup)
      @errors.each { |error| error.instance_variable_set(:@base, @base) }
    end

    def import(error, override_options = {})
      [:attribute, :type].each do |key|
        override_options[key] = override_options[key].to_sym if override_options.key?(key)
      end
      @errors.append(NestedError.new(@base, error, override_options))
    end

    def merge!(other)
      return errors if equal?(other)
      other.errors.each { |error| import(error) }
    end

    def where(attribute, type = nil, **options)
      attribute, type, options = normalize_arguments(attribute, type, **options)
      @errors.select { |error| error.match?(attribute, type, **options) }
    end

    def include?(attribute)
      @errors.any? { |error| error.match?(attribute.to_sym) }
    end
    alias :has_key? :include?
    alias :key? :include?

    def delete(attribute, type = nil, **options)
      attribute, type, options = normalize_arguments(attribute, type, **options)
      matches = where(attribute, type, **options)
      matches.each { |error| @errors.delete(error) }
      matches.map(&:message).presence
    end

    def [](attribute)
      messages_for(attribute)
    end

    def attribute_names
      @errors.map(&:attribute).uniq.freeze
    end

    def as_json(options = nil)
      to_hash(options && options[:full_messages])
    end

    def to_hash(full_messages = false)
      method = full_messages ? :full_message : :message
      group_by_attribute.transform_values { |errors| errors.map(&method) }
    end

    def messages
      hash = to_hash
      hash.default = [].freeze
      hash.freeze
    end

    def details
      hash = group_by_attribute.transform_values { |errors| errors.map(&:details) }
      hash.default = [].freeze
      hash.freeze
    end

    def group_by_attribute
      @errors.group_by(&:attribute)
    end

    def add(attribute, type = :invalid, **options)
      attribute, type, options = normalize_arguments(attribute, type, **options)
      error = Error.new(@base, attribute, type, **options)
      if exception = options[:strict]
        exception = ActiveModel::StrictValidationFailed if exception == true
        raise exception, error.full_message
      end
      @errors.append(error)
      error
    end

    def added?(attribute, type = :invalid, options = {})
      attribute, type, options = normalize_arguments(attribute, type, **options)
      if type.is_a? Symbol
        @errors.any? { |error| error.strict_match?(attribute, type, **options) }
      else
        messages_for(attribute).include?(type)
      end
    end

    def of_kind?(attribute, type = :invalid)
      attribute, type = normalize_arguments(attribute, type)
      type.is_a?(Symbol) ? !where(attribute, type).empty? : messages_for(attribute).include?(type)
    end

    def full_messages
      @errors.map(&:full_message)
    end
    alias :to_a :full_messages

    def full_messages_for(attribute)
      where(attribute).map(&:full_message).freeze
    end

    def messages_for(attribute)
      where(attribute).map(&:message)
    end

    def full_message(attribute, message)
      Error.full_message(attribute, message, @base)
    end

    def generate_message(attribute, type = :invalid, options = {})
      Error.generate_message(attribute, type, @base, options)
    end

    def inspect
      "#<#{self.class.name} #{@errors.inspect}>"
    end

    private
      def normalize_arguments(attribute, type, **options)
        type = type.call(@base, options) if type.respond_to?(:call)
        [attribute.to_sym, type, options]
      end
  end

  class ValidationError
    attr_reader :model

    def initialize(model)
      @model = model
      super("Validation failed: #{model.errors.full_messages.join(", ")}")
    end
  end

  class Name
    attr_reader :name, :singular, :plural, :element, :collection, :param_key, :i18n_key, :route_key, :singular_route_key
    attr_reader :human
    alias :to_s :name
    alias :to_str :name
    alias :cache_key :collection

    def initialize(klass, namespace = nil, name = nil, locale = :en)
      @name = name || klass.name
      raise ArgumentError, "Class name cannot be blank. You need to supply a name argument when anonymous class given" if @name.blank?
      @singular = @name.underscore.tr("/", "_")
      @plural = @singular.pluralize
      @element = @name.demodulize.underscore
      @human = @element.humanize
      @collection = @name.tableize
      @param_key = @singular
      @i18n_key = @name.underscore.to_sym
      if namespace
        within = @name.delete_prefix("#{namespace.name}::")
        @param_key = within.underscore.tr("/", "_")
        @route_key = @param_key.pluralize(locale)
      else
        @route_key = @plural
      end
      @singular_route_key = @route_key.singularize
    end

    def ==(other)
      name == other.to_s
    end
  end

  class Validator
    attr_reader :options

    def self.kind
      @kind ||= name.split("::").last.underscore.chomp("_validator").to_sym
    end

    def initialize(options = {})
      @options = options.except(:class).freeze
    end

    def kind
      self.class.kind
    end

    def validate(record)
      raise NotImplementedError, "Subclasses must implement a validate(record) method."
    end
  end

  class EachValidator < Validator
    attr_reader :attributes

    def initialize(options)
      @attributes = Array(options.delete(:attributes))
      raise ArgumentError, ":attributes cannot be blank" if @attributes.empty?
      super
      check_validity!
    end

    def validate(record)
      attributes.each do |attribute|
        value = record.read_attribute_for_validation(attribute)
        next if (value.nil? && options[:allow_nil]) || (value.blank? && options[:allow_blank])
        value = prepare_value_for_validation(value, record, attribute)
        validate_each(record, attribute, value)
      end
    end

    def validate_each(record, attribute, value)
      raise NotImplementedError, "Subclasses must implement a validate_each(record, attribute, value) method"
    end

    def check_validity!
    end

    private
      def prepare_value_for_validation(value, record, attr_name)
        value
      end

      def resolve_value(record, value)
        case value
        when Proc
          value.arity == 0 ? value.call : value.call(record)
        when Symbol
          record.send(value)
        else
          value.respond_to?(:call) ? value.call(record) : value
        end
      end
  end

  class BlockValidator < EachValidator
    def initialize(options, &block)
      @block = block
      super
    end

    def validate_each(record, attribute, value)
      @block.call(record, attribute, value)
    end
  end

  module Validations
    class AbsenceValidator < EachValidator
      def validate_each(record, attr_name, value)
        record.errors.add(attr_name, :present, **options) if value.present?
      end
    end

    class AcceptanceValidator < EachValidator
      def initialize(options)
        super({ allow_nil: true, accept: ["1", true] }.merge!(options))
        klass = options[:class]
        attributes.each do |name|
          klass.send(:attr_reader, name) unless klass.attribute_names.include?(name.to_s) || klass.method_defined?(name)
          klass.send(:attr_writer, name) unless klass.attribute_names.include?(name.to_s) || klass.method_defined?("#{name}=")
        end
      end

      def validate_each(record, attribute, value)
        unless Array(options[:accept]).include?(value)
          record.errors.add(attribute, :accepted, **options.except(:accept, :allow_nil))
        end
      end
    end

    module Clusivity
      ERROR_MESSAGE = "An object with the method #include? or a proc, lambda or symbol is required, " \
                      "and must be supplied as the :in (or :within) option of the configuration hash"

      def check_validity!
        unless delimiter.respond_to?(:include?) || delimiter.respond_to?(:call) || delimiter.respond_to?(:to_sym)
          raise ArgumentError, ERROR_MESSAGE
        end
      end

      private
        def include?(record, value)
          members = resolve_value(record, delimiter)
          if value.is_a?(Array)
            value.all? { |v| members.public_send(inclusion_method(members), v) }
          else
            members.public_send(inclusion_method(members), value)
          end
        end

        def delimiter
          @delimiter ||= options[:in] || options[:within]
        end

        def inclusion_method(enumerable)
          if enumerable.is_a? Range
            case enumerable.begin || enumerable.end
            when Numeric, Time, DateTime, Date
              :cover?
            else
              :include?
            end
          else
            :include?
          end
        end
    end

    COMPARE_CHECKS = {
      greater_than: :>, greater_than_or_equal_to: :>=, equal_to: :==, less_than: :<, less_than_or_equal_to: :<=,
      other_than: :!=,
    }.freeze

    class ComparisonValidator < EachValidator
      def check_validity!
        unless options.keys.any? { |key| COMPARE_CHECKS.key?(key) }
          raise ArgumentError, "Expected one of :greater_than, :greater_than_or_equal_to, " \
            ":equal_to, :less_than, :less_than_or_equal_to, or :other_than option to be supplied."
        end
      end

      def validate_each(record, attr_name, value)
        options.slice(*COMPARE_CHECKS.keys).each do |option, raw_option_value|
          option_value = resolve_value(record, raw_option_value)
          if value.nil? || value.blank?
            return record.errors.add(attr_name, :blank, **error_options(value, option_value))
          end
          begin
            unless value.public_send(COMPARE_CHECKS[option], option_value)
              record.errors.add(attr_name, option, **error_options(value, option_value))
            end
          rescue ArgumentError => e
            record.errors.add(attr_name, e.message)
          end
        end
      end

      private
        def error_options(value, option_value)
          options.except(*COMPARE_CHECKS.keys).merge!(count: option_value, value: value)
        end
    end

    class ConfirmationValidator < EachValidator
      def initialize(options)
        super({ case_sensitive: true }.merge!(options))
        klass = options[:class]
        attributes.each do |attribute|
          name = "#{attribute}_confirmation"
          klass.send(:attr_reader, name) unless klass.method_defined?(name)
          klass.send(:attr_writer, name) unless klass.method_defined?("#{name}=")
        end
      end

      def validate_each(record, attribute, value)
        confirmed = record.public_send("#{attribute}_confirmation")
        return if confirmed.nil? || equal_values?(value, confirmed)
        human = record.class.human_attribute_name(attribute)
        record.errors.add(:"#{attribute}_confirmation", :confirmation, **options.except(:case_sensitive).merge!(attribute: human))
      end

      private
        def equal_values?(value, confirmed)
          if !options[:case_sensitive] && value.is_a?(String)
            value.casecmp(confirmed) == 0
          else
            value == confirmed
          end
        end
    end

    class ExclusionValidator < EachValidator
      include Clusivity

      def validate_each(record, attribute, value)
        if include?(record, value)
          record.errors.add(attribute, :exclusion, **options.except(:in, :within).merge!(value: value))
        end
      end
    end

    class FormatValidator < EachValidator
      def validate_each(record, attribute, value)
        if options[:with]
          regexp = resolve_value(record, options[:with])
          record_error(record, attribute, :with, value) unless regexp.match?(value.to_s)
        elsif options[:without]
          regexp = resolve_value(record, options[:without])
          record_error(record, attribute, :without, value) if regexp.match?(value.to_s)
        end
      end

      def check_validity!
        unless options.include?(:with) ^ options.include?(:without)
          raise ArgumentError, "Either :with or :without must be supplied (but not both)"
        end
        check_options_validity :with
        check_options_validity :without
      end

      private
        def record_error(record, attribute, name, value)
          record.errors.add(attribute, :invalid, **options.except(name).merge!(value: value))
        end

        def check_options_validity(name)
          return unless option = options[name]
          if option.is_a?(Regexp)
            if options[:multiline] != true && multiline_anchors?(option)
              raise ArgumentError, "The provided regular expression is using multiline anchors (^ or $), " \
                "which may present a security risk. Did you mean to use \\A and \\z, or forgot to add the " \
                ":multiline => true option?"
            end
          elsif !option.respond_to?(:call)
            raise ArgumentError, "A regular expression or a proc or lambda must be supplied as :#{name}"
          end
        end

        def multiline_anchors?(regexp)
          source = regexp.source
          source.start_with?("^") || (source.end_with?("$") && !source.end_with?("\\$"))
        end
    end

    class InclusionValidator < EachValidator
      include Clusivity

      def validate_each(record, attribute, value)
        unless include?(record, value)
          record.errors.add(attribute, :inclusion, **options.except(:in, :within).merge!(value: value))
        end
      end
    end

    class LengthValidator < EachValidator
      MESSAGES = { is: :wrong_length, minimum: :too_short, maximum: :too_long }.freeze
      CHECKS = { is: :==, minimum: :>=, maximum: :<= }.freeze
      RESERVED_OPTIONS = [:minimum, :maximum, :within, :is, :too_short, :too_long]

      def initialize(options)
        if range = (options.delete(:in) || options.delete(:within))
          raise ArgumentError, ":in and :within must be a Range" unless range.is_a?(Range)
          options[:minimum] = range.min if range.begin
          options[:maximum] = (range.exclude_end? ? range.end - 1 : range.end) if range.end
        end
        options[:minimum] = 1 if options[:allow_blank] == false && options[:minimum].nil? && options[:is].nil?
        super
      end

      def check_validity!
        keys = CHECKS.keys & options.keys
        if keys.empty?
          raise ArgumentError, "Range unspecified. Specify the :in, :within, :maximum, :minimum, or :is option."
        end
        keys.each do |key|
          value = options[key]
          unless (value.is_a?(Integer) && value >= 0) || value == Float::INFINITY || value == -Float::INFINITY ||
              value.is_a?(Symbol) || value.is_a?(Proc)
            raise ArgumentError, ":#{key} must be a non-negative Integer, Infinity, Symbol, or Proc"
          end
        end
      end

      def validate_each(record, attribute, value)
        value_length = value.respond_to?(:length) ? value.length : value.to_s.length
        errors_options = options.except(*RESERVED_OPTIONS)
        CHECKS.each do |key, validity_check|
          next unless check_value = options[key]
          if !value.nil? || skip_nil_check?(key)
            check_value = resolve_value(record, check_value)
            next if value_length.public_send(validity_check, check_value)
          end
          errors_options[:count] = check_value
          default_message = options[MESSAGES[key]]
          errors_options[:message] ||= default_message if default_message
          record.errors.add(attribute, MESSAGES[key], **errors_options)
        end
      end

      private
        def skip_nil_check?(key)
          key == :maximum && options[:allow_nil].nil? && options[:allow_blank].nil?
        end
    end

    class NumericalityValidator < EachValidator
      RANGE_CHECKS = { in: :in? }
      NUMBER_CHECKS = { odd: :odd?, even: :even? }
      RESERVED_OPTIONS = COMPARE_CHECKS.keys + NUMBER_CHECKS.keys + RANGE_CHECKS.keys + [:only_integer, :only_numeric]
      INTEGER_REGEX = /\A[+-]?\d+\z/
      HEXADECIMAL_REGEX = /\A[+-]?0[xX]/

      def check_validity!
        options.slice(*COMPARE_CHECKS.keys).each do |option, value|
          unless value.is_a?(Numeric) || value.is_a?(Proc) || value.is_a?(Symbol)
            raise ArgumentError, ":#{option} must be a number, a symbol or a proc"
          end
        end
        options.slice(*RANGE_CHECKS.keys).each do |option, value|
          raise ArgumentError, ":#{option} must be a range" unless value.is_a?(Range)
        end
      end

      def validate_each(record, attr_name, value, precision: Float::DIG, scale: nil)
        unless is_number?(value, precision, scale)
          record.errors.add(attr_name, :not_a_number, **filtered_options(value))
          return
        end
        if resolve_value(record, options[:only_integer]) && !is_integer?(value)
          record.errors.add(attr_name, :not_an_integer, **filtered_options(value))
          return
        end
        value = parse_as_number(value, precision, scale)
        options.slice(*RESERVED_OPTIONS).each do |option, option_value|
          if NUMBER_CHECKS.include?(option)
            unless value.to_i.public_send(NUMBER_CHECKS[option])
              record.errors.add(attr_name, option, **filtered_options(value))
            end
          elsif RANGE_CHECKS.include?(option)
            unless value.public_send(RANGE_CHECKS[option], option_value)
              record.errors.add(attr_name, option, **filtered_options(value).merge!(count: option_value))
            end
          elsif COMPARE_CHECKS.include?(option)
            option_value = parse_as_number(resolve_value(record, option_value), precision, scale)
            unless value.public_send(COMPARE_CHECKS[option], option_value)
              record.errors.add(attr_name, option, **filtered_options(value).merge!(count: option_value))
            end
          end
        end
      end

      private
        def parse_as_number(raw_value, precision, scale)
          if raw_value.is_a?(Float)
            parse_float(raw_value, precision, scale)
          elsif raw_value.is_a?(BigDecimal)
            round(raw_value, scale)
          elsif raw_value.is_a?(Numeric)
            raw_value
          elsif is_integer?(raw_value)
            raw_value.to_i
          elsif !HEXADECIMAL_REGEX.match?(raw_value.to_s)
            parse_float(Kernel.Float(raw_value), precision, scale)
          end
        end

        def parse_float(raw_value, precision, scale)
          round(raw_value, scale).to_d(precision)
        end

        def round(raw_value, scale)
          scale ? raw_value.round(scale) : raw_value
        end

        def is_number?(raw_value, precision, scale)
          return false if options[:only_numeric] && !raw_value.is_a?(Numeric)
          !parse_as_number(raw_value, precision, scale).nil?
        rescue ArgumentError, TypeError
          false
        end

        def is_integer?(raw_value)
          INTEGER_REGEX.match?(raw_value.to_s)
        end

        def filtered_options(value)
          filtered = options.except(*RESERVED_OPTIONS)
          filtered[:value] = value
          filtered
        end

        def prepare_value_for_validation(value, record, attr_name)
          return value if record.attribute_changed_in_place?(attr_name.to_s)
          raw_value = nil
          if record.respond_to?(:"#{attr_name}_came_from_user?")
            if record.public_send(:"#{attr_name}_came_from_user?")
              raw_value = record.public_send(:"#{attr_name}_before_type_cast")
            else
              raw_value = record.read_attribute(attr_name)
            end
          elsif record.respond_to?(:"#{attr_name}_before_type_cast")
            raw_value = record.public_send(:"#{attr_name}_before_type_cast")
          end
          raw_value || value
        end
    end

    class PresenceValidator < EachValidator
      def validate_each(record, attr_name, value)
        record.errors.add(attr_name, :blank, **options) if value.blank?
      end
    end

    class WithValidator < EachValidator
      def validate_each(record, attr, val)
        method_name = options[:with]
        if record.method(method_name).arity == 0
          record.send method_name
        else
          record.send method_name, attr
        end
      end
    end
  end
end

module ActiveRecord
  module Validations
    module AssociationAware
      private
        def remaining(record, attribute, value)
          if record.class._reflect_on_association(attribute)
            Array.wrap(value).reject(&:marked_for_destruction?)
          else
            value
          end
        end
    end

    class PresenceValidator < ActiveModel::Validations::PresenceValidator
      include AssociationAware

      def validate_each(record, attribute, value)
        super(record, attribute, remaining(record, attribute, value))
      end
    end

    class AbsenceValidator < ActiveModel::Validations::AbsenceValidator
      include AssociationAware

      def validate_each(record, attribute, value)
        super(record, attribute, remaining(record, attribute, value))
      end
    end

    class LengthValidator < ActiveModel::Validations::LengthValidator
      def validate_each(record, attribute, value)
        value = value.target.reject(&:marked_for_destruction?) if value.respond_to?(:proxy_association) && value.loaded?
        super(record, attribute, value)
      end
    end

    class NumericalityValidator < ActiveModel::Validations::NumericalityValidator
      def validate_each(record, attribute, value, precision: nil, scale: nil)
        type = record.class.type_for_attribute(attribute.to_s)
        precision = [type&.precision || Float::DIG, Float::DIG].min
        super(record, attribute, value, precision: precision, scale: type&.scale)
      end
    end

    class AssociatedValidator < ActiveModel::EachValidator
      def validate_each(record, attribute, value)
        context = record.custom_validation_context? ? record.validation_context : nil
        invalid = Array(value).reject do |one|
          (one.respond_to?(:marked_for_destruction?) && one.marked_for_destruction?) || one.valid?(context)
        end
        record.errors.add(attribute, :invalid, **options, value: value) if invalid.any?
      end
    end

    class UniquenessValidator < ActiveModel::EachValidator
      def initialize(options)
        if options[:conditions] && !options[:conditions].respond_to?(:call)
          raise ArgumentError, "#{options[:conditions]} was passed as :conditions but is not callable. " \
            "Pass a callable instead: `conditions: -> { where(approved: true) }`"
        end
        unless Array(options[:scope]).all? { |scope| scope.respond_to?(:to_sym) }
          raise ArgumentError, "#{options[:scope]} is not supported format for :scope option. " \
            "Pass a symbol or an array of symbols instead: `scope: :user_id`"
        end
        super
        @klass = options[:class]
      end

      def validate_each(record, attribute, value)
        finder_class = find_finder_class_for(record)
        mapping = finder_class.defined_enums[attribute.to_s]
        value = mapping[value] if value && mapping
        return if record.persisted? && !validation_needed?(finder_class, record, attribute)

        relation = finder_class._uniqueness_scope(attribute.to_s, value, options[:case_sensitive])
        if record.persisted?
          unless finder_class.primary_key
            raise ActiveRecord::UnknownPrimaryKey, "Unknown primary key for table #{finder_class.table_name} in model " \
              "#{finder_class}.\nCannot validate uniqueness for persisted record without primary key."
          end
          relation = relation.where.not(finder_class.primary_key => [record.id_in_database])
        end
        relation = scope_relation(record, relation)
        if conditions = options[:conditions]
          relation = conditions.arity.zero? ? relation.instance_exec(&conditions) : relation.instance_exec(record, &conditions)
        end
        if relation.exists?
          error_options = options.except(:case_sensitive, :scope, :conditions)
          error_options[:value] = value
          record.errors.add(attribute, :taken, **error_options)
        end
      end

      private
        def find_finder_class_for(record)
          current_class = record.class
          found_class = nil
          loop do
            found_class = current_class unless current_class.abstract_class?
            break if current_class == @klass
            current_class = current_class.superclass
          end
          found_class
        end

        def validation_needed?(klass, record, attribute)
          return true if options[:conditions] || options.key?(:case_sensitive)
          scope = Array(options[:scope])
          names = resolve_attributes(record, scope + [attribute])
          return true if names.any? { |name| record.attribute_changed?(name) || record.read_attribute(name).nil? }
          !covered_by_unique_index?(klass, record, attribute, scope)
        end

        def covered_by_unique_index?(klass, record, attribute, scope)
          @covered ||= attributes.map(&:to_s).select do |name|
            names = resolve_attributes(record, scope + [name])
            klass.connection.schema_cache.indexes(klass.table_name).any? do |index|
              index.unique && index.where.nil? && (Array(index.columns) - names).empty?
            end
          end
          @covered.include?(attribute.to_s)
        end

        def resolve_attributes(record, names)
          names.flat_map do |name|
            reflection = record.class._reflect_on_association(name)
            if reflection.nil?
              name.to_s
            elsif reflection.polymorphic?
              [reflection.foreign_key, reflection.foreign_type]
            else
              reflection.foreign_key
            end
          end
        end

        def scope_relation(record, relation)
          Array(options[:scope]).each do |item|
            value = record.class._reflect_on_association(item) ? record.association(item).reader : record.read_attribute(item)
            relation = relation.where(item => value)
          end
          relation
        end
    end
  end

  class Base
    # Where a validator is looked for by its name: const_get of the model, which includes both modules.
    include ActiveModel::Validations
    include ActiveRecord::Validations

    class << self
      VALID_OPTIONS_FOR_VALIDATE = [:on, :if, :unless, :prepend, :except_on].freeze
      VALIDATES_DEFAULT_KEYS = [:if, :unless, :on, :allow_blank, :allow_nil, :strict, :except_on].freeze

      def validates(*attributes)
        defaults = attributes.extract_options!.dup
        validations = defaults.except(*VALIDATES_DEFAULT_KEYS)
        defaults = defaults.slice(*VALIDATES_DEFAULT_KEYS)
        raise ArgumentError, "You need to supply at least one attribute" if attributes.empty?
        raise ArgumentError, "You need to supply at least one validation" if validations.empty?
        defaults[:attributes] = attributes
        validations.each do |key, options|
          key = "#{key.to_s.camelize}Validator"
          begin
            validator = const_get(key)
          rescue NameError
            raise ArgumentError, "Unknown validator: '#{key}'"
          end
          next unless options
          validates_with(validator, defaults.merge(_parse_validates_options(options)))
        end
      end

      def validates!(*attributes)
        options = attributes.extract_options!
        options[:strict] = true
        validates(*(attributes << options))
      end

      def validates_with(*args, &block)
        options = args.extract_options!
        options[:class] = self
        args.each do |klass|
          validator = klass.new(options.dup, &block)
          names = validator.respond_to?(:attributes) ? validator.attributes : []
          if names.empty?
            _validators[nil] << validator
          else
            names.each { |name| _validators[name.to_sym] << validator }
          end
          validate(validator, options)
        end
      end

      def validates_each(*attr_names, &block)
        validates_with ActiveModel::BlockValidator, _merge_attributes(attr_names), &block
      end

      def validate(*args, &block)
        options = args.extract_options!
        if args.all?(Symbol)
          options.each_key do |k|
            unless VALID_OPTIONS_FOR_VALIDATE.include?(k)
              raise ArgumentError, "Unknown key: #{k.inspect}. Valid keys are: #{VALID_OPTIONS_FOR_VALIDATE.map(&:inspect).join(", ")}. Perhaps you meant to call `validates` instead of `validate`?"
            end
          end
        end
        if options.key?(:on)
          on = Array(options[:on])
          options = options.merge(if: [->(o) { Array(o.validation_context).any? { |context| on.include?(context) } }, *options[:if]])
        end
        if options.key?(:except_on)
          except_on = Array(options[:except_on])
          options = options.merge(unless: [->(o) { Array(o.validation_context).any? { |context| except_on.include?(context) } }, *options[:unless]])
        end
        set_callback(:validate, *args, options, &block)
      end

      {
        absence: :AbsenceValidator, acceptance: :AcceptanceValidator, confirmation: :ConfirmationValidator,
        exclusion: :ExclusionValidator, format: :FormatValidator, inclusion: :InclusionValidator, length: :LengthValidator,
        size: :LengthValidator, numericality: :NumericalityValidator, presence: :PresenceValidator,
        comparison: :ComparisonValidator, uniqueness: :UniquenessValidator,
      }.each do |kind, validator|
        define_method("validates_#{kind}_of") do |*attr_names|
          validates_with ActiveRecord::Base.const_get(validator), _merge_attributes(attr_names)
        end
      end

      def validates_associated(*attr_names)
        validates_with ActiveRecord::Validations::AssociatedValidator, _merge_attributes(attr_names)
      end

      # A class starts with a copy of its superclass's.
      def _validators
        @_validators ||= Hash.new { |h, k| h[k] = [] }.tap do |own|
          superclass._validators.each { |name, all| own[name] = all.dup } unless self == ActiveRecord::Base
        end
      end

      def validators
        _validators.values.flatten.uniq
      end

      def validators_on(*attributes)
        attributes.flat_map { |attribute| _validators[attribute.to_sym] }
      end

      def clear_validators!
        reset_callbacks(:validate)
        _validators.clear
      end

      def human_attribute_name(attribute, options = {})
        attribute.to_s.split(".").last.then { |last| attribute.to_s.include?(".") ? attribute.to_s.remove(/\.base\z/).tr(".", "_") : last }.humanize
      end

      def model_name
        @_model_name ||= ActiveModel::Name.new(self)
      end

      def i18n_scope
        :activerecord
      end

      def lookup_ancestors
        klass = self
        classes = [klass]
        return classes if klass == ActiveRecord::Base
        while !klass.base_class?
          classes << klass = klass.superclass
        end
        classes
      end

      # The rows that have the value already, as the database compares them.
      def _uniqueness_scope(attribute, value, case_sensitive)
        if reflection = _reflect_on_association(attribute.to_sym)
          _refuse("uniqueness of an association by several columns") if reflection.foreign_key.is_a?(Array)
          attribute = reflection.foreign_key.to_s
          value = value && value.read_attribute(reflection.association_primary_key(value.class))
        end
        unscoped.send(:_where_unique, attribute, value, case_sensitive.nil? ? :default : (case_sensitive ? :sensitive : :insensitive))
      end

      private
        def _merge_attributes(attr_names)
          options = attr_names.extract_options!.symbolize_keys
          attr_names.flatten!
          options[:attributes] = attr_names
          options
        end

        def _parse_validates_options(options)
          case options
          when TrueClass
            {}
          when Hash
            options
          when Range, Array
            { in: options }
          else
            { with: options }
          end
        end
    end

    def errors
      @errors ||= begin
        _may_be_in_a_ring
        ActiveModel::Errors.new(self)
      end
    end

    def valid?(context = nil)
      context ||= new_record? ? :create : :update
      outer = @validation_context
      @validation_context = context
      errors.clear
      output = run_callbacks(:validation) do
        run_callbacks(:validate)
        errors.empty?
      end
      errors.empty? && output
    ensure
      @validation_context = outer
    end
    alias_method :validate, :valid?

    def invalid?(context = nil)
      !valid?(context)
    end

    def validate!(context = nil)
      valid?(context) || raise(ActiveRecord::RecordInvalid.new(self))
    end

    def validation_context
      @validation_context
    end

    def custom_validation_context?
      validation_context && [:create, :update].exclude?(validation_context)
    end

    def read_attribute_for_validation(name)
      send(name)
    end

    def validates_with(*args, &block)
      options = args.extract_options!
      options[:class] = self.class
      args.each { |klass| klass.new(options.dup, &block).validate(self) }
    end

    def marked_for_destruction?
      @marked_for_destruction
    end
  end
end
