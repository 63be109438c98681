# What a test of Active Record's needs of its framework, in words that both real Rails and Maglev take: a test class, its
# set-up, assertions, fixtures that were loaded before, and what says which database it is. `cargo xtask rails-tests`
# puts it beside the migrations that it makes.

Minitest = Module.new
Minitest::Assertion = Class.new(Exception)

module RailsTests
  Skip = Class.new(StandardError)

  # Removes what an earlier migration of the same test file defined.
  def self.forget(*paths) = paths.each { |path| forget_constant(*path.split("::")) }

  def self.forget_constant(*modules, name)
    holder = modules.inject(Object) { |outer, inner| outer && own_constant(outer, inner) }
    holder.send(:remove_const, name) if holder && holder.const_defined?(name, false)
  end

  def self.own_constant(holder, name) = holder.const_defined?(name, false) ? holder.const_get(name, false) : nil

  def self.run(class_name, method)
    test = Object.const_get(class_name).new(method)
    return test.run_here unless test.class.transactional?(method)
    ActiveRecord::Base.transaction(joinable: false) { test.run_here.then { raise ActiveRecord::Rollback } }
  end
end

# What test classes name where they are defined; tests that use them are left out.
%i[TEST ASSETS FIXTURES MODELS MIGRATIONS SCHEMA].each { |name| Object.const_set("#{name}_ROOT", "absent") }

Minitest::Mock = Class.new { def expect(*) = nil }

testing = RailsTests.own_constant(ActiveSupport, :Testing) || ActiveSupport.const_set(:Testing, Module.new)
%i[Stream MethodCallAssertions ConstantStubbing TimeHelpers Declarative Isolation].each { |name| testing.const_set(name, Module.new) }

# What a class beside the tests' models extends itself with; nothing is asked of it there.
unless ActiveRecord.constants.include?(:Delegation)
  ActiveRecord.const_set(:Delegation, Module.new).const_set(:DelegateCache, Module.new)
end

require_relative "shim/assertions"
require_relative "shim/databases"
require_relative "shim/test_case"
