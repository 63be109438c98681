# run: migrate
# When a validation runs, in which order, and what validators of one's own are told.
class LoudValidator < ActiveModel::EachValidator
  def initialize(options)
    super
    @marks = options.fetch(:marks, 1)
  end

  def check_validity!
    raise ArgumentError, "marks must be a number" unless options[:marks].nil? || options[:marks].is_a?(Integer)
  end

  def validate_each(record, attribute, value)
    return if value.to_s.end_with?("!" * @marks)
    record.errors.add(attribute, options[:message] || :invalid, marks: @marks)
  end
end

class QuietPresenceValidator < ActiveModel::Validations::PresenceValidator
  def validate_each(record, attribute, value)
    super
    record.errors.add(:base, "quiet #{attribute}") if value.blank?
  end
end

class WholeValidator < ActiveModel::Validator
  def validate(record)
    record.errors.add(:base, "not whole: #{options.inspect}") if record.name != options[:name]
  end
end

class Post < ActiveRecord::Base
  attr_accessor :calls
  before_validation { (self.calls ||= []) << :before }
  before_validation(on: :create) { calls << :before_create }
  after_validation { calls << [:after, errors.size] }
  after_validation(on: :publish) { calls << :after_publish }
  validates :name, presence: { on: :create }
  validates :title, presence: true, on: [:publish, :update]
  validates :body, presence: true, except_on: :draft
  validates :name, loud: { marks: 2, message: "is not loud" }, on: :shout
  validates :title, quiet_presence: true, on: :quiet
  validates_with WholeValidator, name: "x", on: :whole
  validate :checks, :more_checks, on: :check, if: -> { name.nil? }, unless: [:title?]
  validate { |post| post.calls << [:block, post.equal?(self)] }
  validate(prepend: true) { calls << :first }
  validates_each :name, :title, on: :each do |record, attribute, value|
    record.errors.add(attribute, "is #{value.inspect}")
  end
  validates :name, length: { is: 4 }, on: :options

  def checks = errors.add(:name, "checked")
  def more_checks = errors.add(:name, "checked more")
end

class SpecialPost < Post
  validates :body, length: { minimum: 3 }
end

class Halting < ActiveRecord::Base
  self.table_name = "posts"
  before_validation { throw :abort if name == "stop" }
  validate { throw :abort if name == "halt" }
  validates :title, presence: { strict: true, message: "has to be there" }
end

class ValidationContexts < ActiveRecord::Migration[8.1]
  def up
    create_table(:posts) { |t| t.string :name, :title, :body }
    [nil, :create, :update, :publish, :draft, :shout, :quiet, :whole, :check, :each, :options, [:publish, :each]].each do |context|
      post = Post.new
      say "#{context.inspect} #{post.valid?(context)} #{post.errors.full_messages.inspect} #{post.calls.inspect}"
    end
    post = Post.create!(name: "a", body: "b")
    say post.valid?.inspect
    say post.errors.to_hash.inspect
    say post.save(context: :create).inspect
    say post.validation_context.inspect
    say Post.new(name: "a!!", title: "t", body: "b").tap { |one| one.valid?(:shout) }.errors.empty?.inspect
    say SpecialPost.new(name: "n", body: "b").tap(&:valid?).errors.full_messages.inspect
    say [Post.validators.size, SpecialPost.validators.size, Post.validators_on(:name).map(&:class), Post.validators_on(:title, :body).map(&:kind)].inspect
    loud = Post.validators_on(:name).find { |one| one.is_a?(LoudValidator) }
    say [loud.attributes, loud.options, loud.kind, loud.options.frozen?].inspect
    begin
      Post.validates :name, loud: { marks: "x" }
    rescue ArgumentError => e
      say e.message
    end
    say Halting.new(name: "stop").valid?.inspect
    say Halting.new(name: "stop").save.inspect
    say Halting.new(name: "halt").valid?.inspect
    begin
      Halting.new.save
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    one_off = Post.new
    one_off.validates_with(WholeValidator, name: "one")
    say one_off.errors.full_messages.inspect
    post.errors.add(:name, "kept")
    say post.errors.size.inspect
    say post.save(validate: false).inspect
    plain = Class.new(Post) { def self.name = "Post" }
    plain.clear_validators!
    say [plain.validators, plain.new.valid?].inspect
    say Post.new.valid?.inspect
  end
end
