# What a relation passes on to its class: finders by name, scopes, class methods.
class WhatTheClassAnswers < ActiveRecord::Migration[8.1]
  class Pet < ActiveRecord::Base
    scope :old, -> { where("age > ?", 5) }

    def self.names = pluck(:name)
  end

  def up
    create_table :pets do |t|
      t.string :name
      t.integer :age
    end
    Pet.create!(name: "a", age: 3)
    Pet.create!(name: "b", age: 7)
    say Pet.where(age: 7).find_by_name("b")&.age.inspect
    say Pet.where(age: 7).find_by_name("a").inspect
    begin
      Pet.where(age: 7).find_by_name_and_age!("a", 3)
    rescue ActiveRecord::RecordNotFound => error
      say error.message
    end
    say Pet.where(age: 3).names.inspect
    say [:old, :names, :find_by_name, :find_by_nothing, :nothing, :join].map { |name| Pet.all.respond_to?(name) }.inspect
    say Pet.where(name: "b").old.count
  end

  def down
    drop_table :pets
  end
end
