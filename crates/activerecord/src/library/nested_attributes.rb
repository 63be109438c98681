# nested_attributes.rb, after Rails (MIT).

module ActiveRecord
  class Base
    UNASSIGNABLE_KEYS = %w( id _destroy )
    REJECT_ALL_BLANK_PROC = proc { |attributes| attributes.all? { |key, value| key == "_destroy" || value.blank? } }

    class << self
      def nested_attributes_options
        inherited = self == ActiveRecord::Base ? {} : superclass.nested_attributes_options
        inherited.merge(@_nested_attributes_options || {})
      end

      def accepts_nested_attributes_for(*attr_names)
        options = { allow_destroy: false, update_only: false }
        options.update(attr_names.extract_options!)
        options.assert_valid_keys(:allow_destroy, :reject_if, :limit, :update_only)
        options[:reject_if] = REJECT_ALL_BLANK_PROC if options[:reject_if] == :all_blank
        attr_names.each do |association_name|
          reflection = _reflect_on_association(association_name)
          raise ArgumentError, "No association found for name `#{association_name}'. Has it been defined yet?" unless reflection
          reflection.autosave = true
          _define_autosave_validation_callbacks(reflection)
          (@_nested_attributes_options ||= {})[association_name.to_sym] = options
          type = reflection.collection? ? :collection : :one_to_one
          generated_association_methods.define_method("#{association_name}_attributes=") do |attributes|
            send("assign_nested_attributes_for_#{type}_association", association_name.to_sym, attributes)
          end
        end
      end
    end

    def nested_attributes_options
      self.class.nested_attributes_options
    end

    def _destroy
      marked_for_destruction?
    end

    private
      def assign_nested_attributes_for_one_to_one_association(association_name, attributes)
        unless attributes.is_a?(Hash)
          raise ArgumentError, "Hash expected for `#{association_name}` attributes, got #{attributes.class.name}"
        end
        options = nested_attributes_options[association_name]
        attributes = attributes.with_indifferent_access
        existing_record = send(association_name)
        if (options[:update_only] || !attributes["id"].blank?) && existing_record &&
            (options[:update_only] || existing_record.id.to_s == attributes["id"].to_s)
          assign_to_or_mark_for_destruction(existing_record, attributes, options[:allow_destroy]) unless call_reject_if(association_name, attributes)
        elsif attributes["id"].present?
          raise_nested_attributes_record_not_found!(association_name, attributes["id"])
        elsif !reject_new_record?(association_name, attributes)
          assignable_attributes = attributes.except(*UNASSIGNABLE_KEYS)
          if existing_record && existing_record.new_record?
            existing_record.assign_attributes(assignable_attributes)
            association(association_name).initialize_attributes(existing_record)
          elsif respond_to?(:"build_#{association_name}")
            send(:"build_#{association_name}", assignable_attributes)
          else
            raise ArgumentError, "Cannot build association `#{association_name}'. Are you trying to build a polymorphic one-to-one association?"
          end
        end
      end

      def assign_nested_attributes_for_collection_association(association_name, attributes_collection)
        options = nested_attributes_options[association_name]
        unless attributes_collection.is_a?(Hash) || attributes_collection.is_a?(Array)
          raise ArgumentError, "Hash or Array expected for `#{association_name}` attributes, got #{attributes_collection.class.name}"
        end
        check_record_limit!(options[:limit], attributes_collection)
        if attributes_collection.is_a? Hash
          keys = attributes_collection.keys
          attributes_collection = keys.include?("id") || keys.include?(:id) ? [attributes_collection] : attributes_collection.values
        end
        association = association(association_name)
        existing_records = if association.loaded?
          association.target
        else
          attribute_ids = attributes_collection.filter_map { |a| a["id"] || a[:id] }
          attribute_ids.empty? ? [] : association.scope.where(association.klass.primary_key => attribute_ids)
        end
        records = attributes_collection.map do |attributes|
          attributes = attributes.with_indifferent_access
          if attributes["id"].blank?
            unless reject_new_record?(association_name, attributes)
              association.reader.build(attributes.except(*UNASSIGNABLE_KEYS))
            end
          elsif existing_record = find_record_by_id(association.klass, existing_records, attributes["id"])
            unless call_reject_if(association_name, attributes)
              target_record = find_record_by_id(association.klass, association.target, attributes["id"])
              if target_record
                existing_record = target_record
              else
                association.add_to_target(existing_record, skip_callbacks: true)
              end
              assign_to_or_mark_for_destruction(existing_record, attributes, options[:allow_destroy])
              existing_record
            end
          else
            raise_nested_attributes_record_not_found!(association_name, attributes["id"])
          end
        end
        association.nested_attributes_target = records
      end

      def check_record_limit!(limit, attributes_collection)
        return unless limit
        limit = case limit
        when Symbol
          send(limit)
        when Proc
          limit.call
        else
          limit
        end
        if limit && attributes_collection.size > limit
          raise NestedAttributes::TooManyRecords, "Maximum #{limit} records are allowed. Got #{attributes_collection.size} records instead."
        end
      end

      def assign_to_or_mark_for_destruction(record, attributes, allow_destroy)
        record.assign_attributes(attributes.except(*UNASSIGNABLE_KEYS))
        record.mark_for_destruction if has_destroy_flag?(attributes) && allow_destroy
      end

      def has_destroy_flag?(hash)
        value = hash["_destroy"]
        value.nil? || value == "" ? nil : ![false, 0, "0", "f", "F", "false", "FALSE", "off", "OFF"].include?(value)
      end

      def reject_new_record?(association_name, attributes)
        will_be_destroyed?(association_name, attributes) || call_reject_if(association_name, attributes)
      end

      def call_reject_if(association_name, attributes)
        return false if will_be_destroyed?(association_name, attributes)
        case callback = nested_attributes_options[association_name][:reject_if]
        when Symbol
          method(callback).arity == 0 ? send(callback) : send(callback, attributes)
        when Proc
          callback.call(attributes)
        end
      end

      def will_be_destroyed?(association_name, attributes)
        nested_attributes_options[association_name][:allow_destroy] && has_destroy_flag?(attributes)
      end

      def find_record_by_id(klass, records, id)
        if klass.composite_primary_key?
          id = Array(id).map(&:to_s)
          records.find { |record| Array(record.id).map(&:to_s) == id }
        else
          records.find { |record| record.id.to_s == id.to_s }
        end
      end

      def raise_nested_attributes_record_not_found!(association_name, record_id)
        model = self.class._reflect_on_association(association_name).klass.name
        raise RecordNotFound, "Couldn't find #{model} with ID=#{record_id} for #{self.class.name} with ID=#{id}"
      end
  end
end
