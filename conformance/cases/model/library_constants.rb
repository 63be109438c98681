# run: migrate
# Classes of Active Model and Active Record that a file names itself.
class ShoutValidator < ActiveModel::EachValidator
  def validate_each(record, attribute, value)
    record.errors.add(attribute, "is not loud", **options.slice(:code)) unless value.to_s == value.to_s.upcase
  end
end

class PairValidator < ActiveModel::Validator
  def validate(record)
    record.errors.add(:base, "no pair") if record.name == record.title
  end
end

class LibraryConstants < ActiveRecord::Migration[8.1]
  class Book < ActiveRecord::Base
    validates :title, shout: true
    validates_with PairValidator
    validates :name, presence: true
    normalizes :name, with: ->(name) { name.strip }
  end

  class Comic < Book
    validates :title, length: { maximum: 3 }
  end

  class Plain < ActiveRecord::Base
    self.table_name = "books"
  end

  def up
    create_table(:books) { |t| t.string :name; t.string :title; t.text :data }
    say Book.create(name: " x ", title: "quiet").errors.full_messages.inspect
    say Book.create(name: "LOUD", title: "LOUD").errors.full_messages.inspect
    say Book.create!(name: " x ", title: "LOUD").name.inspect
    say Comic.new(name: "y", title: "LOUD").tap(&:valid?).errors.full_messages.inspect
    say Book.validators.map(&:class).inspect
    say Comic._validators.transform_values { |all| all.map(&:class) }.inspect
    Comic._validators.delete(:title)
    say [Comic._validators.keys, Book._validators.keys].inspect
    say Comic.validators_on(:name).map(&:kind).inspect
    coder = ActiveRecord::Coders::YAMLColumn.new(:data, Object)
    say coder.dump({ "a" => [1, nil] }).inspect
    say coder.load("---\na: 1\n").inspect
    say coder.load(nil).inspect
    say ActiveRecord::Coders::JSON.new.dump({ a: 1 }).inspect
    plain = Plain.first
    plain.normalize_attribute(:name)
    plain.save!
    say plain.name.inspect
    say Plain._validators.inspect
    say ActiveModel::Name.new(Book).plural
    say ActiveModel::Errors.new(plain).empty?.inspect
    say ActiveRecord::Validations.name
  end
end
