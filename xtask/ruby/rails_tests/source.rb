# A test file's text: its tests, classes and helpers, and the text without what one test does not need.
class Source
  # Of these the text of a question is given as a string, which is evaluated; a lambda says the same.
  MEASURING = %i[assert_difference assert_no_difference assert_changes assert_no_changes]

  attr_reader :text

  def initialize(text, path)
    @text = text.b
    @folder = File.dirname(path)
    @path = path
    @tests = []
    @classes = []
    @constants = []
    @methods = {}
    @steps = []
    @lambdas = []
    @loops = []
    visit(Prism.parse(text).value, [])
  end

  def class_names = @classes.map(&:first)
  def constant_names = (@classes.map(&:first) + @constants).uniq
  def defines?(class_name) = class_names.include?(class_name)
  # Whether a test comes from elsewhere: a loop, a module.
  def defines_nothing?(test) = @tests.none? { |name, _| name == test }

  # The paths of what it asks for.
  def required(load_path)
    @text.dup.force_encoding("UTF-8").scan(/^\s*require(_relative)? ["']([^"']+)["']/).map do |relative, name|
      self.class.path(name, relative ? @folder : load_path)
    end
  end

  # A file may be asked for with its extension.
  def self.path(name, folder) = File.expand_path("#{name.delete_suffix(".rb")}.rb", folder)

  # The text with what the block makes of each path that it asks for.
  def self.with_required(text, folder, load_path)
    text.gsub(/^(\s*)require(_relative)? ["']([^"']+)["']/) do |line|
      indent, relative, name = $1, $2, $3
      replacement = yield name, path(name, relative ? folder : load_path)
      replacement ? "#{indent}#{replacement}" : line
    end
  end

  # The text for one test.
  def for(test, except:)
    wanted = @tests.select { |name, _| name == test }.map(&:last)
    removed = @tests.map(&:last) - wanted
    removed += @loops.reject { |range| wanted.any? { |other| range.cover?(other) } } if wanted.any?
    removed += @classes.select { |name, _| except.include?(name) }.map(&:last)
    edited(removed)
  end

  def text_with_lambdas = edited([])

  # The text of a test, of the set-up, and of what they call in this file, but for the classes that are removed.
  def reached_by(test, except:)
    removed = @classes.select { |name, _| except.include?(name) }.map(&:last)
    kept = ->(range) { removed.none? { |other| other.cover?(range) } }
    ranges = @tests.select { |name, _| name == test }.map(&:last) + @steps
    ranges += @loops if defines_nothing?(test)
    texts = ranges.select(&kept).map { |range| slice(range) }
    seen = {}
    until texts.all? { |text| seen[text] }
      text = texts.find { |candidate| !seen[candidate] }
      seen[text] = true
      @methods.each do |name, ranges|
        next unless text.match?(/(?<![\w:"])#{Regexp.escape(name)}(?![\w])/)
        texts |= ranges.select(&kept).map { |range| slice(range) }
      end
    end
    texts.join("\n")
  end

  private
    def slice(range) = @text.byteslice(range).dup.force_encoding("UTF-8")

    # Lines stay where they are.
    def edited(removed)
      removed = removed.reject { |range| removed.any? { |other| other != range && other.cover?(range) } }
      # Something may follow the `end`: `if current_adapter?(..)`.
      edits = removed.map { |range| [range, "#{slice(range).gsub(/[^\n]+/, "")}nil"] }
      edits += @lambdas.reject { |range| removed.any? { |other| other.cover?(range) } }.map do |range|
        [range, "-> { #{slice(range)[1..-2].gsub('\"', '"')} }"]
      end
      edited = @text.dup.force_encoding("BINARY")
      edits.sort_by { |range, _| -range.begin }.each { |range, replacement| edited[range] = replacement.b }
      edited.force_encoding("UTF-8")
    end

    def visit(node, modules)
      case node
      when Prism::ClassNode, Prism::ModuleNode
        name = [*modules, node.constant_path.slice.delete_prefix("::")].join("::")
        @classes << [name, range(node)]
        return visit(node.body, [name]) if node.body
      when Prism::ConstantWriteNode
        @constants << [*modules, node.name].join("::")
      when Prism::DefNode
        name = node.name.to_s
        if name.start_with?("test_") && node.parameters.nil? then @tests << [name, range(node)]
        elsif %w[setup teardown].include?(name) then @steps << range(node)
        else (@methods[name] ||= []) << range(node)
        end
      when Prism::CallNode
        visit_call(node)
      end
      node&.compact_child_nodes&.each { |child| visit(child, modules) }
    end

    def visit_call(node)
      first = node.arguments&.arguments&.first
      if node.receiver.nil? && node.block && node.name == :test && first.is_a?(Prism::StringNode)
        @tests << ["test_#{first.unescaped.gsub(/\s+/, "_")}", range(node)]
      elsif node.receiver.nil? && node.block && %i[setup teardown].include?(node.name)
        @steps << range(node)
      elsif node.block && node.name.start_with?("each") && node.slice.match?(/^\s*(?:test[ (]|define_method|def test_)/)
        @loops << range(node)
      elsif MEASURING.include?(node.name)
        strings = first.is_a?(Prism::ArrayNode) ? first.elements : [first]
        strings = first.elements.map(&:key) if first.is_a?(Prism::HashNode) || first.is_a?(Prism::KeywordHashNode)
        @lambdas.concat(strings.grep(Prism::StringNode).select(&:opening_loc).map { |string| range(string) })
      end
    end

    def range(node) = node.location.start_offset...node.location.end_offset
end
