# ruby generate.rb RAILS URL OUT FILE...: makes migrations of the test methods in FILEs (below activerecord/test), for the
# database at URL, and prints a JSON line about each test.
#
# Which tests there are is asked of the loaded classes, since some are defined in loops and some for one database alone.
# A migration has the whole test file but for its other tests.
require "logger"
require "json"
require "prism"
require "fileutils"

rails, url, out, *files = ARGV
%w[activesupport activemodel activerecord].each { |gem| $LOAD_PATH.unshift("#{rails}/#{gem}/lib") }
TESTS = "#{rails}/activerecord/test"
$LOAD_PATH.unshift(TESTS)
require "active_record"
require_relative "internals"
require_relative "source"

# What the shim brings.
REPLACED = %w[cases/helper cases/test_case support/connection support/config support/adapter_helper config]
REPLACED.each { |name| $LOADED_FEATURES << "#{TESTS}/#{name}.rb" }

# Minitest's mocks are no part of Active Record.
module WithoutMinitest
  def require(name) = name.start_with?("minitest", "active_support/testing/") ? false : super
end
Object.prepend(WithoutMinitest)

here = __dir__
FileUtils.cp("#{here}/shim.rb", out)
FileUtils.cp_r("#{here}/shim", out)
FileUtils.cp_r("#{TESTS}/migrations", out)

class TestFile
  def initialize(out, path)
    @out = out
    @path = path
    @source = Source.new(File.read("#{TESTS}/#{path}"), "#{TESTS}/#{path}")
  end

  def run
    known = test_classes
    load "#{TESTS}/#{@path}"
    copy_required(@source)
    (test_classes - known).each do |test_class|
      next unless runs_here?(test_class) && @source.defines?(test_class.name)
      tests = test_class.public_instance_methods.grep(/\Atest_/).sort.select { |test| test_class.instance_method(test).arity.zero? }
      tests.each_with_index { |test, index| write(test_class, test.to_s, index + 1) }
    end
  rescue Exception => error
    say(file: @path, error: "#{error.class}: #{error.message.lines.first}")
  end

  private
    def test_classes = ObjectSpace.each_object(Class).select { |type| type < RailsTests::Tested && type.name }

    def runs_here?(test_class)
      wanted = [ActiveRecord::PostgreSQLTestCase, ActiveRecord::AbstractMysqlTestCase, ActiveRecord::Mysql2TestCase,
                ActiveRecord::TrilogyTestCase, ActiveRecord::SQLite3TestCase].find { |base| test_class <= base }
      adapter = ActiveRecord::Base.lease_connection.adapter_name
      case wanted&.name&.demodulize
      when nil then true
      when "PostgreSQLTestCase" then adapter == "PostgreSQL"
      when "SQLite3TestCase" then adapter == "SQLite"
      when "TrilogyTestCase" then false
      else adapter == "Mysql2"
      end
    end

    def write(test_class, test, number)
      except = other_classes(test_class)
      text = @source.for(test, except:)
      left_out = Internals.reason("#{@path} #{test_class}", @source.reached_by(test, except:) + shared(test_class, test))
      slug = "#{@path.delete_suffix("_test.rb").delete_prefix("cases/")}__#{test_class.name}".gsub(/\W+/, "_").downcase
      version = 20_240_000_000_000 + number
      migration = "RailsTest#{number}"
      relative = "db/#{slug}/#{version}_rails_test#{number}.rb"
      FileUtils.mkdir_p(File.dirname("#{@out}/#{relative}"))
      File.write("#{@out}/#{relative}", <<~RUBY)
        # frozen_string_literal: true
        require_relative "../../shim"; RailsTests.forget(#{own_constants.map(&:inspect).join(", ")})
        #{rewritten(text, File.dirname("#{TESTS}/#{@path}"), "../../")}

        class #{migration} < ActiveRecord::Migration[8.1]
          disable_ddl_transaction!

          def up = RailsTests.run(#{test_class.name.inspect}, #{test.inspect})
        end
      RUBY
      say(file: @path, class: test_class.name, test:, directory: File.dirname(relative), version: version.to_s,
          transactional: test_class.transactional?(test.to_s) ? true : false, left_out:)
    end

    # The text of a test that comes with a module of another file.
    def shared(test_class, test)
      path = test_class.instance_method(test).source_location&.first.to_s
      return "" if path == "#{TESTS}/#{@path}" || !path.start_with?(TESTS)
      @shared ||= Hash.new { |sources, file| sources[file] = Source.new(File.read(file), file) }
      @shared[path].reached_by(test, except: [])
    end

    # Test classes of the same file that this one neither inherits from nor stands in.
    def other_classes(test_class)
      @source.class_names.select do |name|
        other = name.safe_constantize
        other.is_a?(Class) && other < RailsTests::Tested && !(test_class <= other) && !test_class.name.start_with?("#{name}::")
      end
    end

    # The outermost constants whose first definition is in this file.
    def own_constants
      @own_constants ||= begin
        own = @source.constant_names.select { |name| Object.const_source_location(name)&.first == "#{TESTS}/#{@path}" rescue false }
        own.reject { |name| own.any? { |other| name.start_with?("#{other}::") } }
      end
    end

    # Files of Rails' tests that are asked for are found beside the migrations.
    def rewritten(text, folder, up)
      text = text.gsub(/^require MIGRATIONS_ROOT \+ "/, "require_relative \"#{up}migrations")
      Source.with_required(text, folder, TESTS) do |name, path|
        if replaced?(name, path) then ""
        elsif path.start_with?("#{TESTS}/") && File.exist?(path)
          "require_relative #{"#{up}#{path.delete_prefix("#{TESTS}/").delete_suffix(".rb")}".inspect}"
        end
      end
    end

    def replaced?(name, path)
      name.start_with?("minitest", "active_support/testing/", "concurrent/") || REPLACED.any? { |other| path == "#{TESTS}/#{other}.rb" }
    end

    def copy_required(source)
      source.required(TESTS).each do |path|
        name = path.delete_prefix("#{TESTS}/")
        target = "#{@out}/#{name}"
        next if replaced?("", path) || File.exist?(target) || !path.start_with?("#{TESTS}/") || !File.exist?(path)
        required = Source.new(File.read(path), path)
        FileUtils.mkdir_p(File.dirname(target))
        File.write(target, rewritten(required.text_with_lambdas, File.dirname(path), "../" * name.count("/")))
        copy_required(required)
      end
    end

    # At once, for the process ends without a word.
    def say(line) = STDOUT.tap { |out| out.puts(JSON.generate(line)) }.flush
end

ActiveRecord.eager_load!
# Reading a file may ask the database something, and so wait.
PATIENCE = 600

# A file's models may contradict another file's.
files.each do |path|
  child = fork do
    ActiveRecord::Base.establish_connection(url:)
    load "#{out}/shim.rb"
    Object.send(:remove_const, :MIGRATIONS_ROOT)
    MIGRATIONS_ROOT = "#{TESTS}/migrations"
    TestFile.new(out, path).run
    exit!(0)
  end
  watcher = Process.detach(child)
  next if watcher.join(PATIENCE)
  Process.kill(:KILL, child)
  watcher.join
  STDOUT.puts(JSON.generate(file: path, error: "killed after #{PATIENCE} s"))
end
