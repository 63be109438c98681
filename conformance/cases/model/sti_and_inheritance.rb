# run: migrate
class Animal < ActiveRecord::Base
end

class Dog < Animal
end

class StiAndInheritance < ActiveRecord::Migration[8.1]
  def up
    create_table(:animals) { |t| t.string :type; t.string :name }
    Dog.create!(name: "rex")
    Animal.create!(name: "any")
    say Animal.order(:name).pluck(:type, :name).inspect
    say Dog.count.inspect
    say Animal.order(:id).first.class.name
  end
end
