# OpenStruct, as Ruby 3.3 has it: each field gets a reader and a writer of the object's own.

class OpenStruct
  def initialize(fields = nil)
    @table = {}
    fields&.each_pair { |name, value| self[name] = value }
  end

  def initialize_copy(other)
    super
    @table = {}
    other.each_pair { |name, value| self[name] = value }
  end

  def [](name)
    @table[name.to_sym]
  end

  def []=(name, value)
    name = name.to_sym
    unless @table.frozen? || @table.key?(name) || name.end_with?("!")
      define_singleton_method(name) { @table[name] }
      define_singleton_method(:"#{name}=") { |given| self[name] = given }
    end
    @table[name] = value
  end

  def dig(name, *rest)
    raise TypeError, "#{name} is not a symbol nor a string" unless name.respond_to?(:to_sym)

    @table.dig(name.to_sym, *rest)
  end

  def delete_field(name)
    name = name.to_sym
    unless @table.key?(name)
      return yield if block_given?

      raise NameError.new("no field `#{name}' in #{self}", name)
    end
    singleton_class.send(:remove_method, name, :"#{name}=") if singleton_methods(false).include?(name)
    @table.delete(name)
  end

  def each_pair
    return to_enum(:each_pair) unless block_given?

    @table.each_pair { |pair| yield pair }
    self
  end

  def to_h(&block)
    block ? @table.to_h(&block) : @table.dup
  end

  def respond_to_missing?(name, include_private = false)
    @table&.key?(name.to_s.chomp("=").to_sym) || super
  end

  def ==(other)
    other.is_a?(OpenStruct) && to_h == other.to_h
  end

  def eql?(other)
    other.is_a?(OpenStruct) && to_h.eql?(other.to_h)
  end

  def hash
    @table.hash
  end

  def freeze
    @table.freeze
    super
  end

  def inspect
    # A field may be called `class`.
    name = Kernel.instance_method(:class).bind_call(self)
    return "#<#{name} ...>" if @shown

    begin
      @shown = true unless frozen?
      fields = @table.map { |field, value| " #{field}=#{value.inspect}" }
      "#<#{name}#{fields.join(",")}>"
    ensure
      remove_instance_variable(:@shown) if defined?(@shown) && !frozen?
    end
  end
  alias to_s inspect

  def method_missing(name, *arguments)
    if name.end_with?("=")
      raise ArgumentError, "wrong number of arguments (given #{arguments.length}, expected 1)" if arguments.length != 1

      self[name.to_s.chomp("=")] = arguments.first
    elsif arguments.empty?
      @table[name]
    else
      super
    end
  end
  private :method_missing
end
