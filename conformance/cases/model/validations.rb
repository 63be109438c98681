# run: migrate
class Person < ActiveRecord::Base
  validates :name, presence: true, length: { minimum: 2, maximum: 5 }
  validates :age, numericality: { only_integer: true, greater_than: 0, less_than_or_equal_to: 150 }, allow_nil: true
  validates :kind, inclusion: { in: %w[a b] }, allow_blank: true
  validates :role, exclusion: %w[admin root]
  validates :email, format: { with: /\A[^@]+@[^@]+\z/, message: "looks wrong" }, if: :email?
  validates :nick, absence: true, unless: -> { name == "Nick" }
  validates_acceptance_of :terms
  validates_confirmation_of :password_text
  validates_length_of :code, is: 3, allow_nil: true, wrong_length: "must have %{count} characters"
  validate :custom
  validates_each :role do |record, attribute, value|
    record.errors.add(attribute, "is odd: #{value}") if value == "odd"
  end
  validate(on: :update) { errors.add(:base, "no updates") if name == "Ada" }

  def custom
    errors.add(:age, :invalid, message: "%{value} is unlucky") if age == 13
  end
end

class Code < ActiveRecord::Base
  self.table_name = "codes"
  validates :value, uniqueness: { scope: :group, message: "taken in this group" }
end

class Insensitive < ActiveRecord::Base
  self.table_name = "codes"
  validates_uniqueness_of :value, case_sensitive: false
end

class Strict < ActiveRecord::Base
  self.table_name = "codes"
  validates! :value, presence: true
end

class Validations < ActiveRecord::Migration[8.1]
  def up
    create_table(:people) do |t|
      t.string :name, :kind, :role, :email, :nick, :password_text, :code
      t.integer :age
    end
    create_table(:codes) { |t| t.string :value; t.integer :group }
    check(name: nil)
    check(name: "A", age: "x", kind: "c", role: "admin", email: "nope", nick: "n")
    check(name: "toolong", age: 1.5, role: "odd", code: "12345")
    check(name: "Nick", nick: "n", age: 151, terms: "0", password_text: "a", password_text_confirmation: "b")
    check(name: "Ada", age: 13)
    ada = Person.create!(name: "Ada", age: "36")
    say ada.update(age: 37).inspect
    say ada.errors.to_hash.inspect
    say ada.errors.details.inspect
    begin
      Person.create!(name: "", role: "root")
    rescue ActiveRecord::RecordInvalid => e
      say e.message
      say e.record.new_record?.inspect
    end
    say Person.new.save(validate: false).inspect
    Code.create!(value: "x", group: 1)
    say Code.new(value: "x", group: 1).valid?.inspect
    say Code.create(value: "x", group: 1).errors.full_messages.inspect
    say Code.new(value: "x", group: 2).valid?.inspect
    code = Code.create!(value: nil, group: 1)
    code.update!(group: 3)
    say Insensitive.new(value: "X").valid?.inspect
    begin
      Strict.new.valid?
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    Person.new.validate!
  end

  def check(attributes)
    person = Person.new(attributes)
    say person.valid?.inspect
    person.errors.full_messages.each { |message| say message, true }
    say person.errors[:name].inspect
  end
end
