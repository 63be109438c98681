# run: migrate
class Form
  include ActiveModel::Validations
  attr_accessor :name, :age, :mail, :password

  validates :name, presence: true, length: { maximum: 5 }
  validates :age, numericality: { only_integer: true, greater_than: 0 }, allow_nil: true
  validates_format_of :mail, with: /@/, on: :strictly
  validates :password, confirmation: true
  validate :not_root
  validate { errors.add(:base, "closed") if age == 99 }

  def initialize(**given) = given.each { |name, value| public_send("#{name}=", value) }

  def not_root = (errors.add(:name, :exclusion) if name == "root")
end

class StrictForm < Form
  validates :mail, presence: { message: "is %{model}'s" }
end

class Checked
  include ActiveModel::Validations
  include ActiveModel::Validations::Callbacks
  attr_accessor :name
  before_validation { self.name = name.to_s.strip }
  after_validation :note
  validates :name, inclusion: { in: %w[a b] }

  def note = @noted = errors.count
  attr_reader :noted
end

class Person
  include ActiveModel::Model
  attr_accessor :id, :name
  validates :name, presence: true
end

class LongName < ActiveModel::Validator
  def validate(record) = (record.errors.add(:name, "is short") if record.name.to_s.size < 3)
end

class WithValidator
  include ActiveModel::Validations
  attr_accessor :name
  validates_with LongName
  validates_each(:name) { |record, attribute, value| record.errors.add(attribute, "has x") if value.to_s.include?("x") }
end

class PlainValidations < ActiveRecord::Migration[8.1]
  def up
    form = Form.new(name: "", age: "x")
    say form.valid?.inspect
    say form.errors.full_messages.inspect
    say form.errors.details.inspect
    say form.errors[:name].inspect
    say form.invalid?.inspect
    form.name, form.age = "ok", 3
    say [form.valid?, form.errors.empty?, form.validate].inspect
    say form.valid?(:strictly).inspect
    say form.errors.to_hash.inspect
    say Form.new(name: "root").tap(&:valid?).errors.full_messages.inspect
    say Form.new(name: "a", age: 99).tap(&:valid?).errors.full_messages.inspect
    form.password = "a"
    form.password_confirmation = "b"
    say form.tap(&:valid?).errors.full_messages.inspect
    say form.dup.errors.count.inspect
    begin
      Form.new.validate!
    rescue ActiveModel::ValidationError => e
      say e.message
      say e.model.class.inspect
    end
    say StrictForm.new(name: "a").tap(&:valid?).errors.full_messages.inspect
    say Form.new(name: "a").valid?.inspect
    say [Form.validators.size, StrictForm.validators.size, Form.validators_on(:name).map(&:class)].inspect
    checked = Checked.new
    checked.name = " a "
    say [checked.valid?, checked.name, checked.noted].inspect
    checked.name = "c"
    say [checked.valid?, checked.noted, checked.errors.full_messages].inspect
    say Form.model_name.human.inspect
    say Form.human_attribute_name(:first_name).inspect
    person = Person.new(name: "n", id: 4)
    say [person.valid?, person.persisted?, person.to_key, person.to_param, person.to_partial_path, person.model_name.to_s].inspect
    person.assign_attributes(name: nil)
    say [person.valid?, person.errors.full_messages].inspect
    say (Person.new(nope: 1) rescue "#{$!.class}: #{$!.message}")
    say (person.assign_attributes(3) rescue "#{$!.class}: #{$!.message}")
    say [person.slice(:id, :name), person.values_at(:id)].inspect
    one = WithValidator.new
    one.name = "x"
    say one.tap(&:valid?).errors.full_messages.inspect
    begin
      Form.validates :name, uniqueness: true
    rescue ArgumentError => e
      say e.message
    end
    say Form.respond_to?(:validates_uniqueness_of).inspect
    say (Form.new(name: "a").validate! && "fine")
  end
end
