# ruby known_names.rb ruby|rails|libraries RAILS: the names that Ruby and Rails have, for telling what Maglev lacks from what nobody has.
# `A# x y` are the instance methods that A adds to its superclass', `A~ x y` those of them that are private, `A. x y` the methods of
# A itself, `A.~ x y` the private ones, `A:: X Y` its constants, `A< B` its superclass where that is not Object.
# `ruby` is a process that has loaded nothing, `rails` what Active Support and Active Record add to it, `libraries` a line for
# each file of Ruby's own that can be required, with the constants that come with it.
require "logger" if ARGV[0] == "rails"

what, rails = ARGV
# What no migration reaches by name, though its constant is told.
INNER = /\A(TZInfo::|I18n::|BigDecimal::|FileUtils|Etc|YAML::|Zlib::|PG|Mysql2::|SQLite3::|Logger::|Rails::|Benchmark::|StringIO|ActiveModel::(Validations|Lint|Type::Helpers|Attribute|Serializers|Forced|Null|Lazy)::|
  ActiveRecord::(Associations::(?!Association\z|Collection|Preloader\z)|Tasks|Fixture|TestFixture|Encryption::|Railties|Middleware|Generators|Locking|Attribute|Database|Future|Message|Query|Asynchronous|Scoping|Type::Internal|Reflection::.*Strategy)|
  ActiveRecord::ConnectionAdapters::(Abstract::|Deduplicable|Quoting|.*::(ExplainPrettyPrinter|OID::|SchemaDumper|SchemaCreation|DatabaseStatements|Quoting|ReferentialIntegrity|SchemaStatements)|Schema(Creation|Dumper|Statements)|DatabaseStatements|ConnectionPool::|.*Quoting)|
  ActiveSupport::(Testing|TestCase|Cache::|Messages|Log|JSON::|Notifications::|Multibyte|Event|Structured|Parallel|Concurrency|Deprecation::|.*Lib|XML|Xml|Isolated)|Arel::(Nodes|Visitors|Collectors)::|.*::(ClassMethods|InstanceMethods|NativeDatabaseTypes)(::|\z))/x
UNTOLD = /\A(_|.*_without_|.*(?:deprecated|metaclass)|run_.*_callbacks\z|_run_|autoload)/

# Nil where it cannot be had.
def constant(root, name)
  root.const_get(name, false)
rescue LoadError, NameError, StandardError, NotImplementedError
  nil
end

def modules(root, seen = {}, path = nil, depth = 0)
  return seen if seen[root] || depth > 4
  seen[root] = path || "Object"
  root.constants(false).sort.each do |name|
    value = constant(root, name)
    next unless Module === value
    if path.nil? && name.match?(DEEP)
      seen[value] ||= name.to_s
    else
      modules(value, seen, path ? "#{path}::#{name}" : name.to_s, depth + 1)
    end
  end
  seen
end

# Of these, what is below the first floor is left out.
DEEP = /\A(Gem|Bundler|DidYouMean|ErrorHighlight|SyntaxSuggest|RbConfig|Zeitwerk|IRB|Racc|Psych|RDoc|OpenSSL|Socket|Concurrent|Minitest|PP|Ripper|REXML|Net|Nokogiri)\z/

# What is here because this file is, and because all of Active Support is read.
OURS = /\A(facts|told|constant|tell_constants|(own_|private_|instance_|own_private_)names|modules|superclass|print_facts|INNER|UNTOLD|OURS|DEEP|Minitest|Racc|GetText|ParseError|DRb.*)\z/

def told(names) = names.map(&:to_s).grep_v(UNTOLD).grep_v(OURS).uniq.sort

def instance_names(mod)
  told(mod.instance_methods - (mod.is_a?(Class) && mod.superclass ? mod.superclass.instance_methods : []))
end

def private_names(mod)
  told(mod.private_instance_methods - (mod.is_a?(Class) && mod.superclass ? mod.superclass.private_instance_methods : []))
end

def own_names(mod)
  told(mod.singleton_methods - (mod.is_a?(Class) && mod.superclass ? mod.superclass.singleton_methods : []))
end

def own_private_names(mod)
  names = mod.singleton_class.private_instance_methods - (mod.is_a?(Class) ? Class : Module).private_instance_methods
  names -= mod.superclass.singleton_class.private_instance_methods if mod.is_a?(Class) && mod.superclass
  told(names)
end

def superclass(mod) = mod.is_a?(Class) && mod.superclass&.name ? [mod.superclass.name] - ["Object"] : []

def facts
  modules(Object).to_h do |mod, path|
    kinds = { "<" => superclass(mod), "#" => instance_names(mod), "~" => private_names(mod), "." => own_names(mod) }
    [path, kinds.merge(".~" => own_private_names(mod), "::" => told(mod.constants(false)))]
  end
end

# In the order of what stands before the space, byte by byte: they are searched by halves.
def print_facts(now, before = {})
  lines = now.flat_map do |path, kinds|
    kinds.filter_map do |kind, names|
      added = names - before.dig(path, kind).to_a
      "#{path}#{kind} #{added.join(" ")}" unless added.empty?
    end
  end
  puts lines.sort_by { |line| line.split(" ", 2).first.b }
end

def tell_constants(name)
  said = $stdout.dup
  [$stdout, $stderr].each { |stream| stream.reopen(File::NULL) }
  constants = Object.constants
  require name
  said.puts "#{name}: #{told(Object.constants - constants).join(" ")}".strip
  said.flush
  exit!(0)
rescue LoadError, StandardError, NotImplementedError
  exit!(1)
end

puts "# Recorded by xtask/ruby/known_names.rb #{what} from Ruby #{RUBY_VERSION}#{" and Rails 8.1.3.1" if what == "rails"}."
case what
when "ruby"
  print_facts(facts)
when "rails"
  before = facts
  %w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
  require "active_record"
  require "active_support/all"
  %w[mysql2 postgresql sqlite3].each { |name| require "active_record/connection_adapters/#{name}_adapter" }
  ActiveRecord.eager_load!
  now = facts.reject { |path, _| path.match?(INNER) }
  print_facts(now, before)
when "libraries"
  root = RbConfig::CONFIG["rubylibdir"]
  files = Dir.glob("**/*.rb", base: root).map { |file| file.delete_suffix(".rb") }
  archs = Dir.glob("**/*.so", base: RbConfig::CONFIG["rubyarchdir"]).map { |file| file.delete_suffix(".so") }
  gems = %w[abbrev base64 bigdecimal bigdecimal/math bigdecimal/util csv debug drb getoptlong matrix minitest mutex_m net/ftp net/imap net/pop net/smtp nkf kconv observer power_assert prime rake rbs rexml/document rexml/xpath rinda/rinda rss syslog test/unit typeprof racc nokogiri tzinfo i18n]
  hidden = %r{\A(bundler|rubygems|irb|rdoc|ruby_vm|reline|optparse/|did_you_mean|error_highlight|syntax_suggest|psych/|json/|uri/|net/http/|openssl/|prism|racc/|random/|resolv|unicode_normalize|yaml/|forwardable/|digest/(version|loader)|erb/(def|compiler|version)|ripper/|tempfile|cgi/(cookie|core|html|session)|io/console|un\z|mkmf|set/|fiddle/|optparse\z|English|enc/|rbconfig|continuation|-test-|debug)}
  names = (files + archs).grep_v(hidden) + gems + %w[English tempfile optparse optparse/time resolv openssl set/sorted_set io/console rbconfig cgi/cookie prism continuation bundler bundler/setup bundler/inline rubygems irb rdoc reline]
  names.uniq.sort.each do |name|
    # Each in a process of its own, which says what came of it.
    print IO.popen("-") { |child| child ? child.read : tell_constants(name) }
  end
end
