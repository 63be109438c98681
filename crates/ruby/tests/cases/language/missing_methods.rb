require "English"

class Parent
  def call(*arguments, **options) = (p arguments, options)
end

class Child < Parent
  def call(first, named: 1, other: 2, **options) = super
end

Child.new.call(1, rest: 3, named: 4)

class Forwards
  def method_missing(name, *arguments) = Receives.new.send(name, *arguments)
end

class Receives
  def method_missing(name, *arguments) = super
end

def attempt(object, &block)
  object.instance_eval(&block)
rescue NameError => error
  puts error.class, error.message[0, 55]
end

attempt(Forwards.new) { bare }
attempt(Forwards.new) { bare! }
attempt(Receives.new) { bare }
attempt(Receives.new) { bare() }
attempt(Receives.new) { bare! }
attempt(Receives.new) { self.bare }
attempt(Receives.new) { bare(1) }

begin
  raise "once"
rescue StandardError
  p $ERROR_INFO, $ERROR_POSITION.class
end
p $ERROR_INFO
