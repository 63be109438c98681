# run: migrate
class Animal < ActiveRecord::Base
end

class Dog < Animal
  def sound = "woof"
end

class Puppy < Dog
end

class Cat < Animal
end

class Plain < ActiveRecord::Base
  self.table_name = "animals"
  self.inheritance_column = :_type_disabled
end

class Nil < ActiveRecord::Base
  self.table_name = "animals"
  self.inheritance_column = nil
end

class Sti < ActiveRecord::Migration[8.1]
  def up
    create_table(:animals) { |t| t.string :type; t.string :name }
    Animal.create!(name: "generic")
    Dog.create!(name: "rex")
    Puppy.create!(name: "pup")
    Cat.create!(name: "tom")
    say Animal.new(type: "Dog").class.name
    say Animal.all.map { |animal| animal.class.name }.inspect
    say Dog.order(:id).pluck(:name).inspect
    say Dog.count.to_s
    say Dog.where(name: "pup").first.sound
    say Cat.first.inspect
    say Puppy.base_class.name
    say Dog.first.becomes(Animal).class.name
    cat = Dog.first.becomes!(Cat)
    cat.save!
    say Dog.count.to_s
    say Plain.order(:id).pluck(:type).inspect
    say Plain.first.type.inspect
    say Nil.last.attributes.inspect
    Dog.update_all(name: "all")
    say Puppy.new.attributes.inspect
    Plain.create!(type: "Gone", name: "x")
    begin
      Animal.last
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    Plain.last.update!(type: "Plain")
    Animal.last
  end
end
