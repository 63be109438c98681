# What reads and writes through associations: reflection.rb, associations/*.rb, associations/builder/*.rb,
# association_relation.rb, autosave_association.rb, counter_cache.rb, touch_later.rb and the strict loading of core.rb, after
# Rails (MIT). disable_joins, destroy_async and query_constraints are absent.

module ActiveRecord
  class AssociationRelation < Relation
    def new(attributes = nil, &block)
      scoping { proxy_association.build(attributes, &block) }
    end
    alias_method :build, :new

    def create(attributes = nil, &block)
      scoping { proxy_association.create(attributes, &block) }
    end

    def create!(attributes = nil, &block)
      scoping { proxy_association.create!(attributes, &block) }
    end
  end

  module Associations
    class Association
      attr_accessor :owner
      attr_reader :reflection, :target

      def initialize(owner, reflection)
        reflection.check_validity!
        @owner, @reflection = owner, reflection
        reset
      end

      def options
        reflection.options
      end

      def reset
        @loaded = false
        @stale_state = nil
        @sets_strict_loading = nil
      end

      def reset_scope
      end

      def reset_negative_cache
        reset if loaded? && target.nil?
      end

      def reload(force = false)
        reset
        load_target
        self unless target.nil?
      end

      def loaded?
        @loaded
      end

      def loaded!
        @loaded = true
        @stale_state = stale_state
      end

      def stale_target?
        loaded? && @stale_state != stale_state
      end

      def target=(target)
        @target = target
        loaded!
      end

      def klass
        reflection.klass
      end

      def scope
        _scope
      end

      def set_strict_loading(record)
        if owner.strict_loading_n_plus_one_only? && reflection.macro == :has_many
          record.strict_loading!
        else
          record.strict_loading!(false, mode: owner.strict_loading_mode)
        end
      end

      # Records are told only where it makes a difference.
      def sets_strict_loading?
        if @sets_strict_loading.nil?
          @sets_strict_loading = owner.strict_loading? || !owner.strict_loading_all? || klass.strict_loading_by_default || klass.strict_loading_mode != :all
        end
        @sets_strict_loading
      end

      def skip_strict_loading
        before, @skip_strict_loading = @skip_strict_loading, true
        yield
      ensure
        @skip_strict_loading = before
      end

      def set_inverse_instance(record)
        if inverse = inverse_association_for(record)
          inverse.inversed_from(owner)
        end
        record
      end

      def set_inverse_instance_from_queries(record)
        if inverse = inverse_association_for(record)
          inverse.inversed_from_queries(owner)
        end
        set_strict_loading(record) if sets_strict_loading?
        record
      end

      def remove_inverse_instance(record)
        if inverse = inverse_association_for(record)
          inverse.inversed_from(nil)
        end
      end

      def inversed_from(record)
        self.target = record
      end

      def inversed_from_queries(record)
        self.target = record if inversable?(record)
      end

      def load_target
        @target = find_target if (@stale_state && stale_target?) || find_target?
        loaded! unless loaded?
        target
      rescue ActiveRecord::RecordNotFound
        reset
      end

      def initialize_attributes(record, except_from_scope_attributes = nil)
        except_from_scope_attributes ||= {}
        skip_assign = [reflection.foreign_key, reflection.type].compact
        assigned_keys = record.changed_attribute_names_to_save
        assigned_keys += except_from_scope_attributes.keys.map(&:to_s)
        attributes = scope_for_create.except(*(assigned_keys - skip_assign))
        record.send(:_assign_attributes, attributes) if attributes.any?
        set_inverse_instance(record)
      end

      def create(attributes = nil, &block)
        _create_record(attributes, &block)
      end

      def create!(attributes = nil, &block)
        _create_record(attributes, true, &block)
      end

      def collection?
        false
      end

      private
        def find_target
          check_strict_loading
          records = scope.to_a
          records.each { |record| set_inverse_instance(record) }
        end

        def check_strict_loading
          klass.strict_loading_violation!(owner: owner.class, reflection: reflection) if violates_strict_loading?
        end

        def violates_strict_loading?
          return if @skip_strict_loading
          return unless owner.validation_context.nil?
          return reflection.strict_loading? if reflection.options.key?(:strict_loading)
          owner.strict_loading? && !owner.strict_loading_n_plus_one_only?
        end

        # Of a through association, what its own table says.
        def scope_for_create
          attributes = scope.scope_for_create
          attributes.select { |name, _| klass.has_attribute?(name.to_s) || klass.attribute_names.include?(name.to_s) }
        end

        def find_target?
          !loaded? && (!owner.new_record? || foreign_key_present?) && klass
        end

        def foreign_key_present?
          false
        end

        def raise_on_type_mismatch!(record)
          unless record.is_a?(reflection.klass)
            message = "#{reflection.class_name}(##{reflection.klass.object_id}) expected, " \
              "got #{record.inspect} which is an instance of #{record.class}(##{record.class.object_id})"
            raise ActiveRecord::AssociationTypeMismatch, message
          end
        end

        def inverse_association_for(record)
          record.association(inverse_reflection_for(record).name) if invertible_for?(record)
        end

        def inverse_reflection_for(record)
          reflection.inverse_of
        end

        def invertible_for?(record)
          foreign_key_for?(record) && inverse_reflection_for(record)
        end

        def foreign_key_for?(record)
          key = reflection.foreign_key
          key.is_a?(Array) ? key.all? { |name| record._has_attribute?(name) } : record._has_attribute?(key)
        end

        def stale_state
        end

        def build_record(attributes)
          reflection.klass.new(attributes) do |record|
            initialize_attributes(record, attributes)
            yield(record) if block_given?
          end
        end

        def inversable?(record)
          record && ((!record.persisted? || !owner.persisted?) || matches_foreign_key?(record))
        end

        def matches_foreign_key?(record)
          if foreign_key_for?(record)
            record.read_attribute(reflection.foreign_key) == owner.id ||
              (foreign_key_for?(owner) && owner.read_attribute(reflection.foreign_key) == record.id)
          else
            owner.read_attribute(reflection.foreign_key) == record.id
          end
        end
    end

    module ForeignAssociation
      def foreign_key_present?
        reflection.klass.primary_key ? owner.attribute_present?(reflection.active_record_primary_key) : false
      end

      def nullified_owner_attributes
        attributes = {}
        Array(reflection.foreign_key).each { |key| attributes[key] = nil }
        attributes[reflection.type] = nil if reflection.type.present?
        attributes
      end

      private
        def set_owner_attributes(record)
          return if options[:through]
          Array(reflection.join_primary_key).zip(Array(reflection.join_foreign_key)) do |key, foreign_key|
            record._write_attribute(key, owner._read_attribute(foreign_key))
          end
          record._write_attribute(reflection.type, owner.class.polymorphic_name) if reflection.type
        end
    end

    class SingularAssociation < Association
      def reader
        klass
        reload if !loaded? || stale_target?
        target
      end

      def reset
        super
        @target = nil
      end

      def writer(record)
        replace(record)
      end

      def build(attributes = nil, &block)
        record = build_record(attributes, &block)
        set_new_record(record)
        record
      end

      def force_reload_reader
        reload(true)
        target
      end

      private
        def scope_for_create
          super.except(*Array(klass.primary_key))
        end

        def find_target
          check_strict_loading
          record = scope.limit(1).to_a.first
          record && set_inverse_instance(record)
        end

        def set_new_record(record)
          replace(record)
        end

        def _create_record(attributes, raise_error = false, &block)
          record = build_record(attributes, &block)
          saved = record.save
          set_new_record(record)
          raise RecordInvalid.new(record) if !saved && raise_error
          record
        end
    end

    class BelongsToAssociation < SingularAssociation
      def handle_dependency
        return unless load_target
        if options[:dependent] == :destroy
          raise ActiveRecord::Rollback unless target.destroy
        else
          target.public_send(options[:dependent])
        end
      end

      def inversed_from(record)
        replace_keys(record)
        super
      end

      def default(&block)
        writer(owner.instance_exec(&block)) if reader.nil?
      end

      def reset
        super
        @updated = false
      end

      def updated?
        @updated
      end

      def decrement_counters
        update_counters(-1)
      end

      def increment_counters
        update_counters(1)
      end

      def decrement_counters_before_last_save
        if reflection.polymorphic?
          model_type_was = owner.attribute_before_last_save(reflection.foreign_type)
          model_was = owner.class.polymorphic_class_for(model_type_was) if model_type_was
        else
          model_was = klass
        end
        foreign_key_was = owner.attribute_before_last_save(reflection.foreign_key)
        update_counters_via_scope(model_was, foreign_key_was, -1) if foreign_key_was && model_was < ActiveRecord::Base
      end

      def target_changed?
        owner.attribute_changed?(reflection.foreign_key) || (!foreign_key_present? && target&.new_record?)
      end

      def target_previously_changed?
        owner.attribute_previously_changed?(reflection.foreign_key)
      end

      def saved_change_to_target?
        owner.saved_change_to_attribute?(reflection.foreign_key)
      end

      private
        def replace(record)
          if record
            raise_on_type_mismatch!(record)
            set_inverse_instance(record)
            @updated = true
          elsif target
            remove_inverse_instance(target)
          end
          replace_keys(record, force: true)
          self.target = record
        end

        def update_counters(by)
          if reflection.counter_cache_column && owner.persisted? && foreign_key_present?
            touch = reflection.options[:touch]
            if target && !stale_target?
              target.increment!(reflection.counter_cache_column, by, touch: touch)
            else
              update_counters_via_scope(klass, owner._read_attribute(reflection.foreign_key), by)
            end
          end
        end

        def update_counters_via_scope(klass, foreign_key, by)
          scope = klass.unscoped.where(reflection.association_primary_key(klass) => foreign_key)
          counters = { reflection.counter_cache_column => by }
          counters[:touch] = reflection.options[:touch] if reflection.options[:touch]
          scope.update_counters(counters)
        end

        def find_target?
          !loaded? && foreign_key_present? && klass
        end

        def replace_keys(record, force: false)
          foreign_key = reflection.foreign_key
          return replace_each_key(record, foreign_key, force) if foreign_key.is_a?(Array)
          value = record ? record._read_attribute(reflection.association_primary_key(record.class)) : nil
          owner[foreign_key] = value if force || owner._read_attribute(foreign_key) != value
        end

        def replace_each_key(record, foreign_key, force)
          values = record ? Array(reflection.association_primary_key(record.class)).map { |key| record._read_attribute(key) } : []
          return unless force || foreign_key.map { |key| owner._read_attribute(key) } != values
          own = Array(owner.class.primary_key)
          foreign_key.each_with_index do |key, index|
            next if record.nil? && own.include?(key)
            owner[key] = values[index]
          end
        end

        def foreign_key_present?
          key = reflection.foreign_key
          key.is_a?(Array) ? key.all? { |name| owner._read_attribute(name) } : owner._read_attribute(key)
        end

        def invertible_for?(record)
          inverse = inverse_reflection_for(record)
          inverse && (inverse.has_one? || inverse.klass.has_many_inversing)
        end

        def stale_state
          key = reflection.foreign_key
          return owner._read_attribute(key) unless key.is_a?(Array)
          values = key.map { |name| owner._read_attribute(name) }
          values if values.any?
        end
    end

    class BelongsToPolymorphicAssociation < BelongsToAssociation
      def klass
        type = owner[reflection.foreign_type]
        type.presence && owner.class.polymorphic_class_for(type)
      end

      def target_changed?
        super || owner.attribute_changed?(reflection.foreign_type)
      end

      def target_previously_changed?
        super || owner.attribute_previously_changed?(reflection.foreign_type)
      end

      def saved_change_to_target?
        super || owner.saved_change_to_attribute?(reflection.foreign_type)
      end

      private
        def replace_keys(record, force: false)
          super
          target_type = record ? record.class.polymorphic_name : nil
          if force || owner._read_attribute(reflection.foreign_type) != target_type
            owner[reflection.foreign_type] = target_type
          end
        end

        def inverse_reflection_for(record)
          reflection.polymorphic_inverse_of(record.class)
        end

        def raise_on_type_mismatch!(record)
        end

        def stale_state
          if foreign_key = super
            [foreign_key, owner[reflection.foreign_type]]
          end
        end
    end

    class HasOneAssociation < SingularAssociation
      include ForeignAssociation

      def handle_dependency
        case options[:dependent]
        when :restrict_with_exception
          raise ActiveRecord::DeleteRestrictionError.new(reflection.name) if load_target
        when :restrict_with_error
          if load_target
            record = owner.class.human_attribute_name(reflection.name).downcase
            owner.errors.add(:base, :'restrict_dependent_destroy.has_one', record: record)
            throw(:abort)
          end
        else
          delete
        end
      end

      def delete(method = options[:dependent])
        if load_target
          case method
          when :delete
            target.delete
          when :destroy
            target.destroyed_by_association = reflection
            target.destroy
            throw(:abort) unless target.destroyed?
          when :nullify
            target.update_columns(nullified_owner_attributes) if target.persisted?
          end
        end
      end

      private
        def replace(record, save = true)
          raise_on_type_mismatch!(record) if record
          return target unless load_target || record
          assigning_another_record = target != record
          if assigning_another_record || record.has_changes_to_save?
            save &&= owner.persisted?
            transaction_if(save) do
              remove_target!(options[:dependent]) if target && !target.destroyed? && assigning_another_record
              if record
                set_owner_attributes(record)
                set_inverse_instance(record)
                if save && !record.save
                  nullify_owner_attributes(record)
                  set_owner_attributes(target) if target
                  raise RecordNotSaved.new("Failed to save the new associated #{reflection.name}.", record)
                end
              end
            end
          end
          self.target = record
        end

        def set_new_record(record)
          replace(record, false)
        end

        def remove_target!(method)
          case method
          when :delete
            target.delete
          when :destroy
            target.destroyed_by_association = reflection
            target.destroy if target.persisted?
          else
            nullify_owner_attributes(target)
            remove_inverse_instance(target)
            if target.persisted? && owner.persisted? && !target.save
              set_owner_attributes(target)
              raise RecordNotSaved.new(
                "Failed to remove the existing associated #{reflection.name}. " \
                "The record failed to save after its foreign key was set to nil.",
                target
              )
            end
          end
        end

        def nullify_owner_attributes(record)
          own = Array(record.class.primary_key)
          Array(reflection.foreign_key).each { |key| record[key] = nil unless own.include?(key) }
        end

        def transaction_if(value, &block)
          value ? reflection.klass.transaction(&block) : yield
        end

        def _create_record(attributes, raise_error = false, &block)
          unless owner.persisted?
            raise ActiveRecord::RecordNotSaved.new("You cannot call create unless the parent is saved", owner)
          end
          super
        end
    end

    class CollectionAssociation < Association
      attr_accessor :nested_attributes_target

      def reader
        klass
        reload if stale_target?
        relation = null_scope? ? scope.none : scope
        proxy = relation._for_association(self, true)
        extensions = reflection.extensions
        proxy.extend(*extensions) if extensions.any?
        proxy
      end

      def writer(records)
        replace(records)
      end

      def ids_reader
        key = reflection.association_primary_key
        if loaded?
          target.pluck(*key)
        elsif !target.empty?
          load_target.pluck(*key)
        else
          @association_ids ||= scope.pluck(*key)
        end
      end

      def ids_writer(ids)
        primary_key = reflection.association_primary_key
        ids = Array(ids).compact_blank
        unless primary_key.is_a?(Array)
          pk_type = klass.type_for_attribute(primary_key)
          ids.map! { |id| pk_type.cast(id) }
        end
        records = klass.where(primary_key => ids).index_by do |record|
          klass.composite_primary_key? ? primary_key.map { |key| record._read_attribute(key) } : record._read_attribute(primary_key)
        end
        records = records.values_at(*ids).compact
        if records.size != ids.size
          klass.find(ids)
        else
          replace(records)
        end
      end

      def reset
        super
        @target = []
        @replaced_or_added_targets = {}.compare_by_identity
        @association_ids = nil
      end

      def find(*args)
        scope.find(*args)
      end

      def build(attributes = nil, &block)
        if attributes.is_a?(Array)
          attributes.collect { |attr| build(attr, &block) }
        else
          add_to_target(build_record(attributes, &block), replace: true)
        end
      end

      def concat(*records)
        records = records.flatten
        if owner.new_record?
          load_target
          concat_records(records)
        else
          transaction { concat_records(records) }
        end
      end

      def delete_all(dependent = nil)
        if dependent && ![:nullify, :delete_all].include?(dependent)
          raise ArgumentError, "Valid values are :nullify or :delete_all"
        end
        dependent = if dependent
          dependent
        elsif options[:dependent] == :destroy
          :delete_all
        else
          options[:dependent]
        end
        result = delete_or_nullify_all_records(dependent)
        reset
        loaded!
        result
      end

      def destroy_all
        result = destroy(load_target)
        reset
        loaded!
        result
      end

      def delete(*records)
        delete_or_destroy(records, options[:dependent])
      end

      def destroy(*records)
        delete_or_destroy(records, :destroy)
      end

      def size
        if !find_target? || loaded?
          target.size
        elsif @association_ids
          @association_ids.size
        elsif !target.empty?
          target.count(&:new_record?) + count_records
        else
          count_records
        end
      end

      def empty?
        if loaded? || @association_ids || reflection.has_active_cached_counter?
          size.zero?
        else
          target.empty? && !scope.exists?
        end
      end

      def replace(other_array)
        other_array.each { |val| raise_on_type_mismatch!(val) }
        original_target = skip_strict_loading { load_target }.dup
        if owner.new_record?
          replace_records(other_array, original_target)
        else
          replace_common_records_in_memory(other_array, original_target)
          if other_array != original_target
            transaction { replace_records(other_array, original_target) }
          else
            other_array
          end
        end
      end

      def include?(record)
        return false unless record.is_a?(reflection.klass)
        if loaded?
          target.include?(record)
        elsif record.new_record?
          target.include?(record)
        else
          scope.exists?(klass.composite_primary_key? ? klass.primary_key.zip(record.id).to_h : record.id)
        end
      end

      def load_target
        @target = merge_target_lists(find_target, target) if find_target?
        loaded!
        target
      end

      # With has_many_inversing, one record is what its belongs_to makes known; none cannot be taken from a list.
      def target=(records)
        if !klass.has_many_inversing || records.is_a?(Array)
          super
        elsif records
          replace_on_target(records, true, replace: true, inversing: true)
        end
      end

      def add_to_target(record, skip_callbacks: false, replace: false, &block)
        replace_on_target(record, skip_callbacks, replace: replace, &block)
      end

      def null_scope?
        owner.new_record? && !foreign_key_present?
      end

      def find_from_target?
        loaded? || (owner.strict_loading? && owner.strict_loading_all?) || reflection.strict_loading? ||
          owner.new_record? || target.any? { |record| record.new_record? || record.changed? }
      end

      def collection?
        true
      end

      private
        def transaction(&block)
          reflection.klass.transaction(&block)
        end

        def merge_target_lists(persisted, memory)
          return persisted if memory.empty?
          persisted.map! do |record|
            if mem_record = memory.delete(record)
              ((record.attribute_names & mem_record.attribute_names) - mem_record.changed_attribute_names_to_save - mem_record.class.readonly_attributes).each do |name|
                mem_record._write_attribute(name, record[name])
              end
              mem_record
            else
              record
            end
          end
          persisted + memory.reject(&:persisted?)
        end

        def _create_record(attributes, raise = false, &block)
          unless owner.persisted?
            raise ActiveRecord::RecordNotSaved.new("You cannot call create unless the parent is saved", owner)
          end
          if attributes.is_a?(Array)
            attributes.collect { |attr| _create_record(attr, raise, &block) }
          else
            record = build_record(attributes, &block)
            transaction do
              result = nil
              add_to_target(record) do
                result = insert_record(record, true, raise) { @_was_loaded = loaded? }
              end
              raise ActiveRecord::Rollback unless result
            end
            record
          end
        end

        def insert_record(record, validate = true, raise = false, &block)
          raise ? record.save!(validate: validate, &block) : record.save(validate: validate, &block)
        end

        def delete_or_destroy(records, method)
          return if records.empty?
          records = find(records) if records.any? { |record| record.kind_of?(Integer) || record.kind_of?(String) }
          records = records.flatten
          records.each { |record| raise_on_type_mismatch!(record) }
          existing_records = records.reject(&:new_record?)
          if existing_records.empty?
            remove_records(existing_records, records, method)
          else
            transaction { remove_records(existing_records, records, method) }
          end
        end

        def remove_records(existing_records, records, method)
          catch(:abort) do
            records.each { |record| callback(:before_remove, record) }
          end || return
          delete_records(existing_records, method) if existing_records.any?
          @target -= records
          @association_ids = nil
          records.each { |record| callback(:after_remove, record) }
        end

        def replace_records(new_target, original_target)
          delete(difference(target, new_target))
          unless concat(difference(new_target, target))
            @target = original_target
            raise RecordNotSaved, "Failed to replace #{reflection.name} because one or more of the " \
              "new records could not be saved."
          end
          target
        end

        def replace_common_records_in_memory(new_target, original_target)
          intersection(new_target, original_target).each { |record| replace_on_target(record, true, replace: true) }
        end

        def concat_records(records, raise = false)
          result = true
          records.each do |record|
            raise_on_type_mismatch!(record)
            add_to_target(record) do
              unless owner.new_record?
                result &&= insert_record(record, true, raise) { @_was_loaded = loaded? }
              end
            end
          end
          raise ActiveRecord::Rollback unless result
          records
        end

        def replace_on_target(record, skip_callbacks, replace:, inversing: false)
          index = nil
          if replace && (!record.new_record? || @replaced_or_added_targets.key?(record))
            index = @target.index(record)
          end
          added = catch(:abort) do
            callback(:before_add, record)
          end
          return unless added || skip_callbacks
          set_inverse_instance(record)
          @_was_loaded = true
          yield(record) if block_given?
          index = @target.index(record) if !index && @replaced_or_added_targets.key?(record)
          @replaced_or_added_targets[record] = true if inversing || index || record.new_record?
          if index
            target[index] = record
          elsif @_was_loaded || !loaded?
            @association_ids = nil
            target << record
          end
          callback(:after_add, record) unless skip_callbacks
          record
        ensure
          @_was_loaded = nil
        end

        def callback(method, record)
          Array(options[method]).each do |callback|
            case callback
            when Symbol then owner.send(callback, record)
            when Proc then callback.call(owner, record)
            else callback.send(method, owner, record)
            end
          end
        end
    end

    class HasManyAssociation < CollectionAssociation
      include ForeignAssociation

      def handle_dependency
        case options[:dependent]
        when :restrict_with_exception
          raise ActiveRecord::DeleteRestrictionError.new(reflection.name) unless empty?
        when :restrict_with_error
          unless empty?
            record = owner.class.human_attribute_name(reflection.name).downcase
            owner.errors.add(:base, :'restrict_dependent_destroy.has_many', record: record)
            throw(:abort)
          end
        when :destroy
          load_target.each { |t| t.destroyed_by_association = reflection }
          destroy_all
        else
          delete_all
        end
      end

      def insert_record(record, validate = true, raise = false, &block)
        set_owner_attributes(record)
        super
      end

      private
        def count_records
          count = if reflection.has_active_cached_counter?
            owner.read_attribute(reflection.counter_cache_column).to_i
          else
            scope.count(:all)
          end
          if count == 0
            target.select!(&:new_record?)
            loaded!
          end
          count
        end

        def update_counter(difference, reflection = self.reflection)
          owner.increment!(reflection.counter_cache_column, difference) if reflection.has_cached_counter?
        end

        def update_counter_in_memory(difference, reflection = self.reflection)
          if reflection.counter_must_be_updated_by_has_many?
            counter = reflection.counter_cache_column
            owner.increment(counter, difference)
            owner.clear_attribute_change(counter)
          end
        end

        def delete_count(method, scope)
          method == :delete_all ? scope.delete_all : scope.update_all(nullified_owner_attributes)
        end

        def delete_or_nullify_all_records(method)
          count = delete_count(method, scope)
          update_counter(-count)
          count
        end

        def delete_records(records, method)
          if method == :destroy
            records.each(&:destroy!)
            update_counter(-records.length) unless reflection.inverse_updates_counter_cache?
          else
            key = reflection.klass.composite_query_constraints_list
            scope = self.scope.where(key => records.map { |record| key.map { |column| record._read_attribute(column) } })
            update_counter(-delete_count(method, scope))
          end
        end

        def concat_records(records, *)
          update_counter_if_success(super, records.length)
        end

        def _create_record(attributes, *)
          attributes.is_a?(Array) ? super : update_counter_if_success(super, 1)
        end

        def update_counter_if_success(saved_successfully, difference)
          update_counter_in_memory(difference) if saved_successfully
          saved_successfully
        end

        def difference(a, b)
          a - b
        end

        def intersection(a, b)
          a & b
        end
    end

    module ThroughAssociation
      def source_reflection
        reflection.source_reflection
      end

      private
        def transaction(&block)
          through_reflection.klass.transaction(&block)
        end

        def through_reflection
          @through_reflection ||= begin
            refl = reflection.through_reflection
            refl = refl.through_reflection while refl.through_reflection?
            refl
          end
        end

        def through_association
          @through_association ||= owner.association(through_reflection.name)
        end

        def construct_join_attributes(*records)
          ensure_mutable
          association_primary_key = source_reflection.association_primary_key(reflection.klass)
          if Array(association_primary_key) == reflection.klass.composite_query_constraints_list && !options[:source_type]
            join_attributes = { source_reflection.name => records }
          else
            values = records.map { |record| record._read_attribute(association_primary_key) }
            join_attributes = { source_reflection.foreign_key => values }
          end
          join_attributes[source_reflection.foreign_type] = [options[:source_type]] if options[:source_type]
          records.count == 1 ? join_attributes.transform_values!(&:first) : join_attributes
        end

        def stale_state
          Array(through_reflection.foreign_key).filter_map { |key| owner[key] }.presence if through_reflection.belongs_to?
        end

        def foreign_key_present?
          through_reflection.belongs_to? && Array(through_reflection.foreign_key).all? { |key| !owner[key].nil? }
        end

        def ensure_mutable
          unless source_reflection.belongs_to?
            kind = reflection.has_one? ? HasOneThroughCantAssociateThroughHasOneOrManyReflection : HasManyThroughCantAssociateThroughHasOneOrManyReflection
            raise kind.new(owner, reflection)
          end
        end

        def ensure_not_nested
          if reflection.nested?
            raise (reflection.has_one? ? HasOneThroughNestedAssociationsAreReadonly : HasManyThroughNestedAssociationsAreReadonly).new(owner, reflection)
          end
        end
    end

    class HasManyThroughAssociation < HasManyAssociation
      include ThroughAssociation

      def initialize(owner, reflection)
        super
        @through_records = {}.compare_by_identity
      end

      def concat(*records)
        records.flatten.each { |record| raise_on_type_mismatch!(record) } unless owner.new_record?
        super
      end

      def insert_record(record, validate = true, raise = false, &block)
        ensure_not_nested
        if record.new_record? || record.has_changes_to_save?
          return unless super
        end
        save_through_record(record)
        record
      end

      private
        def concat_records(records, *)
          ensure_not_nested
          records = super(records, true)
          records.flatten.each { |record| build_through_record(record) } if owner.new_record? && records
          records
        end

        def build_through_record(record)
          @through_records[record] ||= begin
            ensure_mutable
            attributes = through_scope_attributes
            attributes[source_reflection.name] = record
            new_record = through_association.build(attributes)
            new_record.send("#{source_reflection.foreign_type}=", options[:source_type]) if options[:source_type]
            new_record
          end
        end

        def through_scope_attributes
          scope = @through_scope || self.scope
          attributes = scope._where_values_hash(through_association.reflection.klass.table_name)
          attributes.except(*Array(through_association.reflection.foreign_key), through_association.reflection.klass.inheritance_column)
        end

        def save_through_record(record)
          association = build_through_record(record)
          association.save! if association.changed?
        ensure
          @through_records.delete(record)
        end

        def build_record(attributes, &block)
          ensure_not_nested
          @through_scope = scope
          record = super
          inverse = source_reflection.polymorphic? ? source_reflection.polymorphic_inverse_of(record.class) : source_reflection.inverse_of
          if inverse
            if inverse.collection?
              record.send(inverse.name) << build_through_record(record)
            elsif inverse.has_one?
              record.send("#{inverse.name}=", build_through_record(record))
            end
          end
          record
        ensure
          @through_scope = nil
        end

        def remove_records(existing_records, records, method)
          super
          delete_through_records(records)
        end

        def target_reflection_has_associated_record?
          !(through_reflection.belongs_to? && owner[through_reflection.foreign_key].blank?)
        end

        def update_through_counter?(method)
          case method
          when :destroy
            !through_reflection.inverse_updates_counter_cache?
          when :nullify
            false
          else
            true
          end
        end

        def delete_or_nullify_all_records(method)
          delete_records(load_target, method)
        end

        def delete_records(records, method)
          ensure_not_nested
          scope = through_association.scope
          scope = scope.where(construct_join_attributes(*records))
          scope = scope.where(through_scope_attributes)
          case method
          when :destroy
            count = scope.destroy_all.count(&:destroyed?)
          when :nullify
            count = scope.update_all(source_reflection.foreign_key => nil)
          else
            count = scope.delete_all
          end
          delete_through_records(records)
          if source_reflection.options[:counter_cache] && method != :destroy
            klass.decrement_counter source_reflection.counter_cache_column, records.map(&:id)
          end
          if through_reflection.collection? && update_through_counter?(method)
            update_counter(-count, through_reflection)
          else
            update_counter(-count)
          end
          count
        end

        def difference(a, b)
          distribution = distribution(b)
          a.reject { |record| mark_occurrence(distribution, record) }
        end

        def intersection(a, b)
          distribution = distribution(b)
          a.select { |record| mark_occurrence(distribution, record) }
        end

        def mark_occurrence(distribution, record)
          distribution[record] > 0 && distribution[record] -= 1
        end

        def distribution(array)
          array.each_with_object(Hash.new(0)) { |record, distribution| distribution[record] += 1 }
        end

        def through_records_for(record)
          attributes = construct_join_attributes(record)
          Array.wrap(through_association.target).find_all do |candidate|
            attributes.all? { |key, value| candidate.public_send(key) == value }
          end
        end

        def delete_through_records(records)
          records.each do |record|
            through_records = through_records_for(record)
            if through_reflection.collection?
              through_records.each { |r| through_association.target.delete(r) }
            elsif through_records.include?(through_association.target)
              through_association.target = nil
            end
            @through_records.delete(record)
          end
        end

        def find_target
          return [] unless target_reflection_has_associated_record?
          super
        end

        def invertible_for?(record)
          false
        end
    end

    class HasOneThroughAssociation < HasOneAssociation
      include ThroughAssociation

      private
        def replace(record, save = true)
          create_through_record(record, save)
          self.target = record
        end

        def create_through_record(record, save)
          ensure_not_nested
          through_proxy = through_association
          through_record = through_proxy.load_target
          if through_record && !record
            through_record.destroy
          elsif record
            attributes = construct_join_attributes(record)
            if through_record && through_record.destroyed?
              through_proxy.reload
              through_record = through_proxy.target
            end
            if through_record
              through_record.new_record? ? through_record.assign_attributes(attributes) : through_record.update(attributes)
            elsif owner.new_record? || !save
              through_proxy.build(attributes)
            else
              through_proxy.create(attributes)
            end
          end
        end
    end

    class CollectionProxy < Relation
      def target
        proxy_association.target
      end

      def load_target
        proxy_association.load_target
      end

      def loaded?
        proxy_association.loaded?
      end
      alias :loaded :loaded?

      def find(*args, &block)
        return load_target.find(*args, &block) if block
        proxy_association.find(*args)
      end

      [:first, :last, :take, :second, :third, :fourth, :fifth].each do |name|
        define_method(name) do |*args|
          proxy_association.find_from_target? ? load_target.public_send(name == :take ? :first : name, *args) : super(*args)
        end
      end

      def build(attributes = {}, &block)
        proxy_association.build(attributes, &block)
      end
      alias_method :new, :build

      def create(attributes = {}, &block)
        proxy_association.create(attributes, &block)
      end

      def create!(attributes = {}, &block)
        proxy_association.create!(attributes, &block)
      end

      def replace(other_array)
        proxy_association.replace(other_array)
      end

      def delete_all(dependent = nil)
        proxy_association.delete_all(dependent)
      end

      def destroy_all
        proxy_association.destroy_all
      end

      def delete(*records)
        proxy_association.delete(*records)
      end

      def destroy(*records)
        proxy_association.destroy(*records)
      end

      def pluck(*names)
        loaded? && names.all? { |name| name.is_a?(Symbol) && klass.attribute_names.include?(name.to_s) } ? load_target.pluck(*names) : super
      end

      def ids
        loaded? ? load_target.map(&:id) : super
      end

      def size
        proxy_association.size
      end

      def empty?
        proxy_association.empty?
      end

      def any?(*args, &block)
        return super if block || args.any?
        !empty?
      end

      def none?(*args, &block)
        return super if block || args.any?
        empty?
      end

      def include?(record)
        !!proxy_association.include?(record)
      end
      alias_method :member?, :include?

      def scope
        proxy_association.scope
      end

      def ==(other)
        load_target == other
      end

      def <<(*records)
        proxy_association.concat(records) && self
      end
      alias_method :push, :<<
      alias_method :append, :<<
      alias_method :concat, :<<

      def prepend(*args)
        raise NoMethodError, "prepend on association is not defined. Please use <<, push or append"
      end

      def clear
        delete_all
        self
      end

      def reload
        proxy_association.reload(true)
        self
      end

      def reset
        proxy_association.reset
        self
      end

      def inspect
        load_target if proxy_association.find_from_target?
        return scope.inspect.sub(/\A#<ActiveRecord::\w+/, "#<ActiveRecord::Associations::CollectionProxy") unless loaded?
        entries = load_target.take(11).map(&:inspect)
        entries[10] = "..." if entries.size == 11
        "#<ActiveRecord::Associations::CollectionProxy [#{entries.join(", ")}]>"
      end

      [:insert, :insert_all, :insert!, :insert_all!, :upsert, :upsert_all].each do |name|
        define_method(name) do |*args, **options|
          result = scope.public_send(name, *args, **options)
          reset
          result
        end
      end
    end

    class NestedError < ::ActiveModel::NestedError
      def initialize(association, inner_error)
        @base = association.owner
        @association = association
        @inner_error = inner_error
        super(@base, inner_error, { attribute: compute_attribute(inner_error) })
      end

      private
        def compute_attribute(inner_error)
          association_name = @association.reflection.name
          if index = index_in_association(inner_error)
            :"#{association_name}[#{index}].#{inner_error.attribute}"
          else
            :"#{association_name}.#{inner_error.attribute}"
          end
        end

        def index_in_association(inner_error)
          return unless @association.collection? && @association.options[:index_errors]
          record = inner_error.base
          records = @association.options[:index_errors] == :nested_attributes_order ? @association.nested_attributes_target : @association.target
          records&.index { |one| one.equal?(record) }
        end
    end
  end

  class Base
    class << self
      def strict_loading_violation!(owner:, reflection:)
        message = +"`#{owner}` is marked for strict_loading."
        message << " The #{reflection.polymorphic? ? "polymorphic association" : "#{reflection.klass} association"}"
        message << " named `:#{reflection.name}` cannot be lazily loaded."
        raise StrictLoadingViolationError, message
      end

      def reset_counters(id, *counters, touch: nil)
        ids = if composite_primary_key?
          id.first.is_a?(Array) ? id : [id]
        else
          Array(id)
        end
        updates = Hash.new { |h, k| h[k] = {} }
        counters.each do |counter_association|
          has_many_association = _reflect_on_association(counter_association)
          unless has_many_association
            has_many = reflect_on_all_associations(:has_many)
            has_many_association = has_many.find { |one| one.counter_cache_column && one.counter_cache_column.to_sym == counter_association.to_sym }
            counter_association = has_many_association.plural_name if has_many_association
          end
          raise ArgumentError, "'#{name}' has no association called '#{counter_association}'" unless has_many_association
          has_many_association = has_many_association.through_reflection if has_many_association.through_reflection?
          counter_association = counter_association.to_sym
          foreign_key = has_many_association.foreign_key.to_s
          child_class = has_many_association.klass
          reflection = child_class._reflections.values.find { |e| e.belongs_to? && e.foreign_key.to_s == foreign_key && e.options[:counter_cache].present? }
          counter_name = reflection.counter_cache_column
          counts = unscoped.joins(counter_association).where(primary_key => ids).group(primary_key).count(:all)
          ids.each { |one| updates[one].merge!(counter_name => counts[one] || 0) }
        end
        if touch
          names = touch if touch != true
          names = Array.wrap(names)
          options = names.extract_options!
          time = options[:time] || Time.now.utc
          touches = (timestamp_attributes_for_update_in_model | names.map(&:to_s)).index_with(time)
          updates.each_value { |one| one.merge!(touches) }
        end
        updates.each { |one, values| unscoped.where(primary_key => [one]).update_all(values) }
        true
      end

    end

    def strict_loading?
      @strict_loading.nil? ? self.class.strict_loading_by_default : @strict_loading
    end

    def strict_loading!(value = true, mode: :all)
      unless [:all, :n_plus_one_only].include?(mode)
        raise ArgumentError, "The :mode option must be one of [:all, :n_plus_one_only] but #{mode.inspect} was provided."
      end
      @strict_loading_mode = mode
      @strict_loading = value
    end

    def strict_loading_mode
      @strict_loading_mode || self.class.strict_loading_mode
    end

    def _reloads_strictly?
      strict_loading? && !strict_loading_n_plus_one_only?
    end

    def strict_loading_n_plus_one_only?
      strict_loading_mode == :n_plus_one_only
    end

    def strict_loading_all?
      strict_loading_mode == :all
    end

    def _cached_association(name)
      association_cached?(name) ? association(name) : nil
    end

    def mark_for_destruction
      @marked_for_destruction = true
    end

    def marked_for_destruction?
      @marked_for_destruction
    end

    attr_accessor :destroyed_by_association

    def changed_for_autosave?
      new_record? || has_changes_to_save? || marked_for_destruction? || nested_records_changed_for_autosave?
    end

    def validating_belongs_to_for?(association)
      @validating_belongs_to_for && @validating_belongs_to_for.any? { |one| one.equal?(association) }
    end

    def autosaving_belongs_to_for?(association)
      @autosaving_belongs_to_for && @autosaving_belongs_to_for.any? { |one| one.equal?(association) }
    end

    def _increment_counters
      self.class.counter_cached_association_names.each { |name| association(name).increment_counters }
    end

    def _decrement_counters
      self.class.counter_cached_association_names.each do |name|
        association = association(name)
        by = destroyed_by_association
        association.decrement_counters unless by && by.foreign_key.to_s == association.reflection.foreign_key.to_s
      end
    end

    private
      def associated_records_to_validate_or_save(association, new_record, autosave)
        if new_record || custom_validation_context?
          association && association.target
        elsif autosave
          association.target.find_all(&:changed_for_autosave?)
        else
          association.target.find_all(&:new_record?)
        end
      end

      def nested_records_changed_for_autosave?
        return false if @_nested_records_changed_for_autosave_already_called
        begin
          @_nested_records_changed_for_autosave_already_called = true
          self.class._reflections.values.any? do |reflection|
            if reflection.options[:autosave]
              association = _cached_association(reflection.name)
              association && Array.wrap(association.target).any?(&:changed_for_autosave?)
            end
          end
        ensure
          @_nested_records_changed_for_autosave_already_called = false
        end
      end

      def validate_has_one_association(reflection)
        association = _cached_association(reflection.name)
        record = association && association.reader
        return unless record && (record.changed_for_autosave? || custom_validation_context?)
        inverse_association = reflection.inverse_of && record.association(reflection.inverse_of.name)
        return if inverse_association && (record.validating_belongs_to_for?(inverse_association) ||
          record.autosaving_belongs_to_for?(inverse_association))
        association_valid?(association, record)
      end

      def validate_belongs_to_association(reflection)
        association = _cached_association(reflection.name)
        record = association && association.reader
        return unless record && (record.changed_for_autosave? || custom_validation_context?)
        begin
          (@validating_belongs_to_for ||= []) << association
          association_valid?(association, record)
        ensure
          @validating_belongs_to_for.pop
        end
      end

      def validate_collection_association(reflection)
        if association = _cached_association(reflection.name)
          if records = associated_records_to_validate_or_save(association, new_record?, reflection.options[:autosave])
            records.each { |record| association_valid?(association, record) }
          end
        end
      end

      def association_valid?(association, record)
        return true if record.destroyed? || (association.options[:autosave] && record.marked_for_destruction?)
        context = validation_context if custom_validation_context?
        return true if record.valid?(context)
        if context || record.changed_for_autosave?
          associated_errors = record.errors.objects
        else
          associated_errors = record.errors.objects.select { |error| error.is_a?(Associations::NestedError) }
        end
        if association.options[:autosave]
          return if equal?(record)
          associated_errors.each { |error| errors.objects.append(Associations::NestedError.new(association, error)) }
        elsif associated_errors.any?
          errors.add(association.reflection.name)
        end
        errors.any?
      end

      def around_save_collection_association
        previously_new_record_before_save = (@new_record_before_save ||= false)
        @new_record_before_save = !previously_new_record_before_save && new_record?
        yield
      ensure
        @new_record_before_save = previously_new_record_before_save
      end

      def save_collection_association(reflection)
        return unless association = _cached_association(reflection.name)
        autosave = reflection.options[:autosave]
        new_record_before_save = @new_record_before_save
        if records = associated_records_to_validate_or_save(association, new_record_before_save, autosave)
          if autosave
            records_to_destroy = records.select(&:marked_for_destruction?)
            records_to_destroy.each { |record| association.destroy(record) }
            records -= records_to_destroy
          end
          records.each do |record|
            next if record.destroyed?
            saved = true
            if autosave != false && (new_record_before_save || record.new_record?)
              association.set_inverse_instance(record)
              if autosave
                saved = association.send(:insert_record, record, false)
              elsif !reflection.nested?
                association_saved = association.send(:insert_record, record)
                if reflection.validate?
                  errors.add(reflection.name) unless association_saved
                  saved = association_saved
                end
              end
            elsif autosave
              saved = record.save(validate: false)
            end
            raise(RecordInvalid.new(association.owner)) unless saved
          end
        end
      end

      def save_has_one_association(reflection)
        association = _cached_association(reflection.name)
        return unless association && association.loaded?
        record = association.load_target
        return unless record && !record.destroyed?
        autosave = reflection.options[:autosave]
        if autosave && record.marked_for_destruction?
          record.destroy
        elsif autosave != false
          primary_key = Array(_compute_primary_key(reflection, self)).map(&:to_s)
          primary_key_value = primary_key.map { |key| _read_attribute(key) }
          return unless (autosave && record.changed_for_autosave?) || _record_changed?(reflection, record, primary_key_value)
          unless reflection.through_reflection
            primary_key_value.zip(Array(reflection.foreign_key)) do |value, foreign_key|
              record[foreign_key] = value unless record[foreign_key] == value
            end
            association.set_inverse_instance(record)
          end
          inverse_association = reflection.inverse_of && record.association(reflection.inverse_of.name)
          return if inverse_association && record.autosaving_belongs_to_for?(inverse_association)
          saved = record.save(validate: !autosave)
          raise ActiveRecord::Rollback if !saved && autosave
          saved
        end
      end

      def _record_changed?(reflection, record, key)
        record.new_record? ||
          (!reflection.through_reflection? && _association_foreign_key_changed?(Array(reflection.foreign_key), record, key)) ||
          (reflection.inverse_of&.polymorphic? && reflection.active_record.polymorphic_name != record._read_attribute(reflection.inverse_of.foreign_type)) ||
          record.will_save_change_to_attribute?(reflection.foreign_key)
      end

      def _association_foreign_key_changed?(foreign_key, record, values)
        foreign_key.all? { |key| record._has_attribute?(key) } &&
          foreign_key.map { |key| record._read_attribute(key) } != values
      end

      def save_belongs_to_association(reflection)
        association = _cached_association(reflection.name)
        return unless association && association.loaded? && !association.stale_target?
        record = association.load_target
        if record && !record.destroyed?
          autosave = reflection.options[:autosave]
          if autosave && record.marked_for_destruction?
            Array(reflection.foreign_key).each { |key| self[key] = nil }
            record.destroy
          elsif autosave != false
            saved = nil
            if record.new_record? || (autosave && record.changed_for_autosave?)
              begin
                (@autosaving_belongs_to_for ||= []) << association
                saved = record.save(validate: !autosave)
              ensure
                @autosaving_belongs_to_for.pop
              end
            end
            if association.updated?
              Array(_compute_primary_key(reflection, record)).zip(Array(reflection.foreign_key)) do |primary_key, foreign_key|
                association_id = record._read_attribute(primary_key.to_s)
                self[foreign_key] = association_id unless self[foreign_key] == association_id
              end
              association.loaded!
            end
            saved if autosave
          end
        end
      end

      def _compute_primary_key(reflection, record)
        own = record.class.primary_key
        if reflection.options[:primary_key]
          reflection.options[:primary_key]
        elsif own.is_a?(Array) && !reflection.options[:query_constraints]
          own.include?("id") ? "id" : own
        else
          own
        end
      end

  end
end
