# ActiveSupport::OrderedOptions and InheritableOptions: options with a method for each. Read when one is first named.

module ActiveSupport
  class OrderedOptions < Hash
    def [](option)
      super(option.to_sym)
    end

    def []=(option, setting)
      store(option.to_sym, setting)
    end

    def dig(option, *deeper)
      found = self[option]
      deeper.empty? || found.nil? ? found : found.dig(*deeper)
    end

    def inspect
      shown = super
      "#<#{self.class.name} #{shown}>"
    end

    # `option`, `option = setting`, and `option!`, which has to be there.
    def method_missing(asked, *given)
      option = asked.name.delete_suffix("=").delete_suffix("!")
      return self[option] = given.first if asked.end_with?("=")
      found = self[option]
      raise KeyError, ":#{option} is blank" if asked.end_with?("!") && found.blank?
      found
    end

    def respond_to_missing?(*) = true
  end

  # Options that are looked for in others where they are not set.
  class InheritableOptions < OrderedOptions
    def initialize(base = nil)
      super()
      @base = base
      self.default_proc = ->(_, option) { base[option.to_sym] if base }
    end

    def key?(option)
      return true if super
      @base ? @base.key?(option) : false
    end

    def overridden?(option)
      @base ? keys.include?(option.to_sym) && @base.key?(option) : false
    end

    def inheritable_copy = self.class.new(self)

    def to_h
      @base ? @base.merge(self) : Hash[self]
    end

    def ==(other)
      other.to_h == to_h
    end

    def to_s = "#<#{self.class.name} #{to_h.inspect}>"
    def inspect = to_s
  end
end
