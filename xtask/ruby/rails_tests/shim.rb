# What a test of Active Record's needs of its framework, in words that both real Rails and Maglev take: a test class, its
# set-up, assertions, fixtures that were loaded before, and what says which database it is. `cargo xtask rails-tests`
# puts it beside the migrations that it makes.

module Minitest
  class Assertion < Exception
  end
end

module RailsTests
  class Skip < StandardError
  end

  class << self
    # Removes what an earlier migration of the same test file defined.
    def forget(*paths)
      paths.each do |path|
        *modules, name = path.split("::")
        holder = modules.inject(Object) { |outer, inner| outer && outer.const_defined?(inner, false) ? outer.const_get(inner, false) : nil }
        holder.send(:remove_const, name) if holder && holder.const_defined?(name, false)
      end
    end

    def run(class_name, method)
      test = Object.const_get(class_name).new(method)
      return test.run_here unless test.class.transactional?(method)
      ActiveRecord::Base.transaction(joinable: false) do
        test.run_here
        raise ActiveRecord::Rollback
      end
    end
  end
end

# What test classes name where they are defined; tests that use them are left out.
%i[TEST ASSETS FIXTURES MODELS MIGRATIONS SCHEMA].each { |name| Object.const_set("#{name}_ROOT", "absent") }

module Minitest
  class Mock
    def expect(*) = nil
  end
end

module ActiveSupport
  module Testing
    %i[Stream MethodCallAssertions ConstantStubbing TimeHelpers Declarative Isolation].each { |name| const_set(name, Module.new) }
  end
end

# What a class beside the tests' models extends itself with; nothing is asked of it there.
unless ActiveRecord.constants.include?(:Delegation)
  module ActiveRecord::Delegation
    module DelegateCache
    end
  end
end

require_relative "shim/assertions"
require_relative "shim/databases"
require_relative "shim/test_case"
