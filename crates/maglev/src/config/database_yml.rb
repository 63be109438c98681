# What the ERB of config/database.yml finds of the application: its credentials, and for everything else something that
# stands for a value that is not known. Only where such a value is used does anybody hear of it.

$unreadable = []

class MaglevUnreadable < BasicObject
  def initialize(why)
    list = $unreadable
    list << why unless list.include?(why)
    @mark = "MAGLEV_UNREADABLE_#{list.index(why)}_"
  end

  def to_s
    @mark
  end
  alias_method :to_str, :to_s

  def nil?
    false
  end

  def respond_to?(*)
    true
  end

  def method_missing(*)
    self
  end
end

class Object
  def self.const_missing(name)
    MaglevUnreadable.new("`#{name}` is the application's")
  end
end

class MaglevCredentials
  def self.options(value)
    return value unless value.is_a?(Hash)
    value.each_with_object(ActiveSupport::OrderedOptions.new) { |(key, inner), all| all[key] = options(inner) }
  end

  attr_reader :config

  def initialize(content)
    @config = (content || {}).deep_symbolize_keys
    @options = MaglevCredentials.options(@config)
  end

  def [](name)
    @options[name]
  end

  def method_missing(...)
    @options.public_send(...)
  end

  def respond_to_missing?(*)
    true
  end
end

Rails.configuration

class Rails::Application
  def credentials
    @credentials ||= $credentials ? MaglevCredentials.new($credentials) : MaglevUnreadable.new($why)
  end

  def method_missing(name, *)
    MaglevUnreadable.new("`Rails.application.#{name}` needs the application")
  end
end
