class Options < Hash
  attr_accessor :note
  def [](key) = super(key.to_s)
  def []=(key, value)
    super(key.to_s, value)
  end
end

options = Options.new { |hash, key| "no #{key}" }
options.note = "n"
options[:a] = 1
p [options, options[:a], options[:b], options.class]
copies = { dup: options.dup, clone: options.clone, merge: options.merge("b" => 2) }
copies.each { |name, copy| p [name, copy, copy.class, copy.note, copy[:zz], copy.frozen?] }
copies[:dup][:c] = 3
copies[:clone][:d] = 4
p [options, copies[:dup], copies[:clone]]
p [options.freeze.dup.frozen?, options.clone.frozen?]
p [options.select { true }.class, options.reject { false }.class, options.to_h.class, options.transform_values { |v| v }.class]
p [options == { "a" => 1 }, options.merge.class, options.to_a]
