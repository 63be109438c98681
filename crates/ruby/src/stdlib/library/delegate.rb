# Delegator, SimpleDelegator and DelegateClass: objects that hand on whatever they do not answer themselves.

class Delegator
  undef_method :to_s, :===, :<=>, :hash, :!~

  def initialize(object)
    __setobj__(object)
  end

  def method_missing(name, *arguments, **options, &block)
    is_set = true
    target = __getobj__ { is_set = false }
    if is_set && target.respond_to?(name)
      target.public_send(name, *arguments, **options, &block)
    elsif Kernel.method_defined?(name) || Kernel.private_method_defined?(name)
      Kernel.instance_method(name).bind_call(self, *arguments, **options, &block)
    else
      super
    end
  end
  private :method_missing

  def respond_to_missing?(name, include_private)
    __getobj__.respond_to?(name, include_private)
  end

  def inspect = __getobj__.inspect

  def methods(all = true)
    __getobj__.methods(all) | super
  end

  def public_methods(all = true)
    __getobj__.public_methods(all) | super
  end

  def ==(other)
    other.equal?(self) || __getobj__ == other
  end

  def !=(other)
    !other.equal?(self) && __getobj__ != other
  end

  def eql?(other)
    other.equal?(self) || other.eql?(__getobj__)
  end

  def !
    !__getobj__
  end

  def initialize_copy(other)
    super
    __setobj__(other.__getobj__.clone)
  end

  def freeze
    __getobj__
    super
  end
end

class SimpleDelegator < Delegator
  def __getobj__
    unless defined?(@delegate_sd_obj)
      return yield if block_given?

      raise ArgumentError, "not delegated"
    end
    @delegate_sd_obj
  end

  def __setobj__(object)
    @delegate_sd_obj = object
  end
end

module Kernel
  def DelegateClass(superclass, &block)
    methods = superclass.instance_methods - Delegator.instance_methods - %i[to_s =~ !~ === <=> hash]
    delegate = Class.new(Delegator) do
      def __getobj__
        return @delegate_dc_obj if defined?(@delegate_dc_obj)
        return yield if block_given?

        raise ArgumentError, "not delegated"
      end

      def __setobj__(object)
        @delegate_dc_obj = object
      end

      methods.each do |name|
        define_method(name) { |*arguments, **options, &given| __getobj__.__send__(name, *arguments, **options, &given) }
      end
    end
    delegate.class_eval(&block) if block
    delegate
  end
  private :DelegateClass
end
