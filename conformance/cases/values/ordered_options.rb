# run: migrate
class OrderedOptions < ActiveRecord::Migration[8.1]
  def up
    options = ActiveSupport::OrderedOptions.new
    options.name = "a"
    options["size"] = 3
    options[:nested] = { deep: [1, 2] }
    show { [options, options.name, options[:name], options["name"], options.nope] }
    show { [options.name!, options.dig("nested", :deep, 1), options.respond_to?(:anything), options.keys] }
    show { options.nope! }
    show { options[nil] }
    show { [options.is_a?(Hash), options.to_h.class, options.fetch(:size), options.key?("size"), options.merge(a: 1).class] }
    options.freeze
    show { options.name = "b" }

    parent = { "name" => 1, size: 2 }
    heir = ActiveSupport::InheritableOptions.new({ size: 2, color: "red" })
    show { [heir, heir.size, heir.color, heir.nope, heir.key?(:size), heir.key?(:nope)] }
    heir.size = 5
    show { [heir.size, heir.overridden?(:size), heir.overridden?(:color), heir.to_h, heir.to_s, heir.to_a] }
    copy = heir.inheritable_copy
    copy.color = "blue"
    show { [copy.size, copy.color, heir.color, copy == heir, heir == { size: 5, color: "red" }, copy.class] }
    show { heir.each { |key, value| say "#{key}=#{value}" }.equal?(heir) }
    show { [ActiveSupport::InheritableOptions.new.to_h, ActiveSupport::InheritableOptions.new(options).name] }
  end

  def show
    say yield.inspect
  rescue StandardError => error
    say "#{error.class}: #{error.message}"
  end
end
