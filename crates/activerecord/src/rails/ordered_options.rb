# Options with a method for each, after activesupport/lib/active_support/ordered_options.rb. Read when one is first named.

module ActiveSupport
  class OrderedOptions < Hash
    alias_method :_get, :[]
    protected :_get

    def []=(key, value)
      super(key.to_sym, value)
    end

    def [](key)
      super(key.to_sym)
    end

    def dig(key, *identifiers)
      super(key.to_sym, *identifiers)
    end

    def method_missing(method, *args)
      if method.end_with?("=")
        self[method.name.chomp("=")] = args.first
      elsif method.end_with?("!")
        name_string = method.name.chomp("!")
        self[name_string].presence || raise(KeyError.new(":#{name_string} is blank"))
      else
        self[method.name]
      end
    end

    def respond_to_missing?(name, include_private)
      true
    end

    def inspect
      "#<#{self.class.name} #{super}>"
    end
  end

  # Options that are looked for in others where they are not set.
  class InheritableOptions < OrderedOptions
    def initialize(parent = nil)
      super()
      @parent = parent
      self.default_proc = ->(_, name) { parent.is_a?(OrderedOptions) ? parent[name] : parent && parent[name.to_sym] }
    end

    def key?(name)
      super || (@parent ? @parent.key?(name) : false)
    end

    def overridden?(name)
      !!(@parent && @parent.key?(name) && keys.include?(name.to_sym))
    end

    def inheritable_copy
      self.class.new(self)
    end

    def to_h
      (@parent || {}).to_h.merge(Hash[self])
    end

    def ==(other)
      to_h == other.to_h
    end

    def inspect
      "#<#{self.class.name} #{to_h.inspect}>"
    end
    alias to_s inspect
  end
end
